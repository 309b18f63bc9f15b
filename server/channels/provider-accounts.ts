/** A customer's own Twilio account: proved before it is kept, its token sealed, wiped with its last connection. */
import type { z } from "zod";
import type { Actor } from "../../contract/accounts.ts";
import type { NewProviderAccount } from "../../contract/channels.ts";
import type { ProviderAccountId } from "../../contract/ids.ts";
import { auditAccount, changesBetween } from "../accounts/accounts.ts";
import type { Database } from "../platform/db/database.ts";
import type { Ground } from "../platform/db/handles.ts";
import { invalid, notFound, type Refusal, unavailable } from "../platform/errors.ts";
import type { Caller } from "../platform/http/route.ts";
import type { Secrets } from "../platform/secrets.ts";
import { isManaged } from "./activations/store.ts";
import type { Credentials, SmsProvider, Trouble } from "./channel.ts";
import { credentialsOf, tokenPlace } from "./directory.ts";
import {
  connectedElsewhere,
  findProviderAccount,
  findProviderAccountBySid,
  listProviderAccounts,
  type ProviderAccountRow,
  upsertProviderAccount,
  wipeProviderAccount,
} from "./store.ts";
import { accountAsThing } from "./things.ts";

const TROUBLES: Record<Exclude<Trouble["code"], "provider_refused">, (field: string) => Refusal> = {
  credentials_rejected: (field) =>
    invalid(
      "credentials_rejected",
      "Twilio rejected the credentials. Copy the Account SID and the Auth Token from the console's first page again, whole.",
      field,
    ),
  account_suspended: (field) =>
    invalid(
      "account_suspended",
      "Twilio has suspended this account. Open the Twilio console, settle what it asks for, then connect again.",
      field,
    ),
  account_closed: (field) =>
    invalid("account_closed", "This Twilio account is closed. Use the Account SID of one that is open.", field),
  provider_unreachable: () =>
    unavailable(
      "provider_unreachable",
      "Twilio can't be reached right now. Nothing was changed: try again in a minute.",
    ),
};

export function troubleRefusal(trouble: Trouble, field = "authToken"): Refusal {
  if (trouble.code !== "provider_refused") return TROUBLES[trouble.code](field);
  const { providerCode, status } = trouble;
  return invalid(
    "provider_refused",
    providerCode === null
      ? `Twilio refused this with HTTP status ${status} and no error code. Nothing was changed: look into the Twilio console for what it asks for.`
      : `Twilio refused this with its error ${providerCode}. Nothing was changed: https://www.twilio.com/docs/api/errors/${providerCode} says what it asks for.`,
    field,
    { providerCode },
  );
}

/** The account and its credentials that a caller may use: the named one, or the oldest of their own. */
export async function usableAccount(
  ground: Ground,
  secrets: Secrets,
  caller: Caller,
  id: ProviderAccountId | undefined,
) {
  const row = id ? await findProviderAccount(ground, id) : await oldestOf(ground, caller);
  if (row?.accountId !== caller.accountId) throw notFound("provider account");
  const credentials = credentialsOf(row, secrets);
  if (!credentials) throw notFound("provider account");
  return { row, credentials };
}

async function oldestOf(ground: Ground, { accountId }: Caller): Promise<ProviderAccountRow | undefined> {
  const all = await listProviderAccounts(ground, accountId);
  return all.find((each) => each.kind !== "managed") ?? all[0];
}

/** Asks Twilio whether the credentials hold. Refuses an account that another business here has connected. */
export async function probeAccount(
  database: Database,
  provider: SmsProvider,
  credentials: Credentials,
  caller: Caller,
) {
  const found = await provider.readAccount(database.outside, credentials);
  if (!found.ok) throw troubleRefusal(found);
  // Only whoever has its token learns who else has it.
  const known = await findProviderAccountBySid(database.ground, credentials.accountSid);
  if (known && known.accountId !== caller.accountId) throw connectedElsewhere();
  return found;
}

/** A subaccount that Parley opened is for its one number: it is closed with that one, and whatever else is in it is lost. */
export async function refuseManaged(ground: Ground, { accountSid }: Pick<Credentials, "accountSid">): Promise<void> {
  const known = await findProviderAccountBySid(ground, accountSid);
  if (!known || !(await isManaged(ground, known.id))) return;
  throw invalid(
    "account_is_managed",
    "Parley opened this account for one number, and closes it with that one. Name an account of your own.",
    "providerAccountId",
  );
}

function accountRow(
  caller: Caller,
  secrets: Secrets,
  credentials: Credentials,
  found: { type: "full" | "trial"; friendlyName: string },
  friendlyName?: string,
): Omit<ProviderAccountRow, "id"> {
  return {
    accountId: caller.accountId,
    provider: "twilio",
    accountSid: credentials.accountSid,
    kind: credentials.simulated ? "simulated" : "byo",
    status: "active",
    type: found.type,
    friendlyName: friendlyName ?? found.friendlyName,
    authTokenEnvelope: secrets.seal(credentials.authToken, tokenPlace(credentials.accountSid)),
  };
}

/** Keeps an account, or gives a known one its new, working token. `fresh`: it was not known before. */
export async function addProviderAccount(
  database: Database,
  provider: SmsProvider,
  secrets: Secrets,
  body: z.output<typeof NewProviderAccount>,
  caller: Caller,
): Promise<ProviderAccountRow & { fresh: boolean }> {
  const credentials: Credentials = { accountSid: body.accountSid, authToken: body.authToken, simulated: false };
  const found = await probeAccount(database, provider, credentials, caller);
  return database.groundTx((ground) => keepAccount(ground, secrets, caller, credentials, found, body.friendlyName));
}

/** Puts a proved account in, or gives a known one its new token, and writes that down. @throws Conflict account_connected_elsewhere */
export async function keepAccount(
  ground: Ground,
  secrets: Secrets,
  caller: Caller,
  credentials: Credentials,
  found: { type: "full" | "trial"; friendlyName: string },
  newName?: string,
): Promise<ProviderAccountRow & { fresh: boolean }> {
  const before = await findProviderAccountBySid(ground, credentials.accountSid);
  const row = accountRow(caller, secrets, credentials, found, newName);
  const kept = await upsertProviderAccount(ground, row, newName ?? null);
  const { authToken = null } = (before && credentialsOf(before, secrets)) ?? {};
  const changes = changesBetween(
    { friendlyName: before?.friendlyName, credentials: authToken },
    { friendlyName: kept.friendlyName, credentials: credentials.authToken },
    ["friendlyName"],
  );
  const verb = kept.fresh ? "provider_account.connected" : "provider_account.changed";
  await auditAccount(ground, kept.accountId, { by: caller.actor, verb, thing: accountAsThing(kept), changes });
  return kept;
}

/** Wipes an account's credentials, once, and writes that down. */
export async function wipeAccount(ground: Ground, id: ProviderAccountId, by: Actor): Promise<void> {
  const gone = await wipeProviderAccount(ground, id);
  const deed = { by, verb: "provider_account.disconnected" } as const;
  if (gone) await auditAccount(ground, gone.accountId, { ...deed, thing: accountAsThing(gone) });
}
