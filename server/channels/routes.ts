/** HTTP of the channels room. */
import { z } from "zod";
import {
  ChannelName,
  Connection,
  ConnectionPatch,
  ConnectSms,
  HealthChange,
  NewProviderAccount,
  NumbersQuery,
  ProviderAccount,
  ProviderNumber,
  ProviderService,
  SetupMutation,
} from "../../contract/channels.ts";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingById } from "../../contract/paging.ts";
import { Answer, acts, type Caller, type Route, reads, writes } from "../platform/http/route.ts";
import { pageOfAll } from "../platform/page.ts";
import { changeConnection, connectionJson, connectionOf, providerAccountJson } from "./channels.ts";
import { type ConnectParts, connectSms } from "./connect.ts";
import { DIRECTORY_NEWS } from "./directory.ts";
import { disconnect, disconnectAccount } from "./disconnect.ts";
import { checkHealth, type HealthParts, healthChanges } from "./health/health.ts";
import { lookSoon } from "./health/store.ts";
import { type AskPrices, withPrices } from "./prices.ts";
import { addProviderAccount, troubleRefusal, usableAccount } from "./provider-accounts.ts";
import { changeSetUp } from "./set-up.ts";
import { listConnections, listProviderAccounts } from "./store.ts";
import { inboundUrl } from "./webhook-urls.ts";

const channelId = z.strictObject({ id: idOf("chn") });
const accountId = z.strictObject({ id: idOf("prv") });
const Disconnected = z.object({ webhookCleared: z.boolean() });

/** What carriers are told of a business is for those who tell them. */
const shownTo = ({ permissions }: Caller, connection: Connection): Connection =>
  permissions.has("sms.manage") ? connection : { ...connection, smsCompliance: null };

export function channelRoutes(parts: ConnectParts & HealthParts & { askPrices: AskPrices }): Route[] {
  const { provider, secrets, publicUrl, askPrices } = parts;
  return [
    reads({
      path: "/api/channels",
      summary: "Channel connections of this workspace",
      permission: "inbox.read",
      query: z.strictObject({ family: ChannelName.optional(), ...pagingById("chn") }),
      answer: pageOf(Connection),
      async handle(view, { query, caller }) {
        const rows = await listConnections(view.ground, view.workspaceId);
        const asked = rows.filter((row) => !query.family || row.family === query.family);
        return pageOfAll(
          asked.map((row) => shownTo(caller, connectionJson(row, publicUrl))),
          query,
        );
      },
    }),
    reads({
      path: "/api/channels/:id",
      summary: "One channel connection",
      permission: "inbox.read",
      params: channelId,
      answer: Connection,
      handle: async (view, { params, caller }) =>
        shownTo(caller, connectionJson(await connectionOf(view, params.id), publicUrl)),
    }),
    acts({
      method: "GET",
      path: "/api/channels/sms/numbers",
      summary: "Numbers to buy, or numbers on the customer's own account",
      permission: "channels.connect",
      query: NumbersQuery,
      answer: pageOf(ProviderNumber),
      async handle(database, { query, caller }) {
        const { mode, country, areaCode, numberType, providerAccountId } = query;
        const { outside } = database;
        const { credentials } = await usableAccount(database.ground, secrets, caller, providerAccountId);
        const [answer, prices] =
          mode === "owned"
            ? [await provider.ownedNumbers(outside, credentials, inboundUrl(publicUrl)), {}]
            : await Promise.all([
                provider.availableNumbers(outside, credentials, { country, areaCode, numberType }),
                askPrices(outside, credentials, country),
              ]);
        if (!answer.ok) throw troubleRefusal(answer, "providerAccountId");
        return { items: withPrices(answer.items, prices, numberType), nextCursor: null };
      },
    }),
    acts({
      method: "GET",
      path: "/api/channels/sms/services",
      summary: "Messaging Services on the customer's own account",
      permission: "channels.connect",
      query: z.strictObject({ providerAccountId: idOf("prv").optional() }),
      answer: pageOf(ProviderService),
      async handle(database, { query, caller }) {
        const { credentials } = await usableAccount(database.ground, secrets, caller, query.providerAccountId);
        const answer = await provider.ownedServices(database.outside, credentials, inboundUrl(publicUrl));
        if (!answer.ok) throw troubleRefusal(answer, "providerAccountId");
        return { items: answer.items, nextCursor: null };
      },
    }),
    acts({
      method: "POST",
      path: "/api/channels/:id/setup-status",
      summary: "What is left to set up: 10DLC compliance, a webhook entered by hand",
      permission: "sms.manage",
      params: channelId,
      body: SetupMutation,
      answer: Connection,
      handle: (database, { params, body, caller }) => changeSetUp(database, parts, params.id, body, caller),
    }),
    acts({
      method: "POST",
      path: "/api/channels/:id/check-health",
      summary: "Look now whether a channel works",
      permission: "channels.connect",
      params: channelId,
      answer: Connection,
      handle: async (database, { params, caller }) =>
        shownTo(caller, await checkHealth(database, parts, params.id, caller)),
    }),
    reads({
      path: "/api/channels/:id/health-changes",
      summary: "What changed in a channel's health, the newest first",
      permission: "inbox.read",
      params: channelId,
      query: z.strictObject(pagingById("hlc")),
      answer: pageOf(HealthChange),
      handle: (view, { params, query }) => healthChanges(view, params.id, query),
    }),
    acts({
      method: "POST",
      path: "/api/channels/sms/connect",
      summary: "Connect a number or Messaging Service",
      permission: "channels.connect",
      status: 201,
      body: ConnectSms,
      answer: Connection,
      handle: (database, { body, caller }) => connectSms(database, parts, body, caller),
    }),
    writes({
      method: "PATCH",
      path: "/api/channels/:id",
      summary: "Change a channel connection",
      permission: "channels.connect",
      params: channelId,
      body: ConnectionPatch,
      answer: Connection,
      handle: async (tx, { params, body, caller }) =>
        shownTo(caller, await changeConnection(tx, params.id, body, parts, caller.actor)),
    }),
    acts({
      method: "DELETE",
      path: "/api/channels/:id",
      summary: "Disconnect a channel; its history stays",
      permission: "channels.delete",
      params: channelId,
      answer: Disconnected,
      handle: (database, { params, caller }) => disconnect(database, parts, params.id, caller),
    }),
    reads({
      path: "/api/provider-accounts",
      summary: "Provider accounts of this business",
      permission: "providers.manage",
      query: z.strictObject(pagingById("prv")),
      answer: pageOf(ProviderAccount),
      handle: async (view, { query, caller }) =>
        pageOfAll((await listProviderAccounts(view.ground, caller.accountId)).map(providerAccountJson), query),
    }),
    acts({
      method: "POST",
      path: "/api/provider-accounts",
      summary: "Add a Twilio account, or give a known one its new token",
      permission: "providers.manage",
      status: 201,
      otherStatus: 200,
      body: NewProviderAccount,
      answer: ProviderAccount,
      async handle(database, { body, caller }) {
        const { fresh, ...row } = await addProviderAccount(database, provider, secrets, body, caller);
        await lookSoon(database.ground, row.id);
        parts.live.tell(DIRECTORY_NEWS); // what its new token signs is believed at once
        return new Answer(fresh ? 201 : 200, providerAccountJson(row));
      },
    }),
    acts({
      method: "DELETE",
      path: "/api/provider-accounts/:id",
      summary: "Disconnect a provider account and all its channels",
      permission: "providers.manage",
      params: accountId,
      answer: Disconnected,
      handle: (database, { params, caller }) => disconnectAccount(database, parts, params.id, caller),
    }),
  ];
}
