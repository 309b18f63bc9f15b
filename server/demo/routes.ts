/** HTTP of the demo: its customers' phones, and the faults to play with. There only for the demo's own people. */
import {
  DemoFaultChoice,
  DemoPhones,
  DemoPhoneTexts,
  DemoTextSent,
  NewDemoText,
  PhoneParams,
} from "../../contract/demo.ts";
import { type ConnectionRow, simulatedAccounts } from "../channels/channels.ts";
import { contactByAddress } from "../contacts/contacts.ts";
import type { Ground } from "../platform/db/handles.ts";
import { invalid, notFound } from "../platform/errors.ts";
import { acts, type Caller, type Route, reads } from "../platform/http/route.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Demo } from "./demo.ts";
import type { Phones } from "./phones.ts";
import { pictureRoute } from "./pictures.ts";
import { PHONES } from "./sample/cast.ts";
import { lastConversationWith } from "./store.ts";
import { textsOn } from "./texts.ts";

export function demoRoutes({ demo, secrets }: { demo: Demo | null; secrets: Secrets }): Route[] {
  function phonesFor(caller: Caller): Phones {
    if (!demo?.phones || caller.accountId !== demo.accountId) throw notFound("demo");
    return demo.phones;
  }
  /** The numbers of this workspace that phones can text. */
  async function numbersFor(ground: Ground, { accountId, workspaceId }: Caller): Promise<ConnectionRow[]> {
    const all = await simulatedAccounts(ground, secrets, accountId);
    return all.flatMap((each) => each.connections).filter((each) => each.workspaceId === workspaceId);
  }

  return [
    reads({
      path: "/api/demo/phones",
      summary: "The demo: customers whose phones one can hold",
      permission: "inbox.read",
      answer: DemoPhones,
      async handle(view, { caller }) {
        const phones = phonesFor(caller);
        const businessNumbers = (await numbersFor(view.ground, caller)).flatMap(({ phoneNumber, friendlyName }) =>
          phoneNumber === null ? [] : [{ number: phoneNumber, name: friendlyName }],
        );
        return { items: [...PHONES], businessNumbers, fault: phones.fault() };
      },
    }),
    reads({
      path: "/api/demo/phones/:number",
      summary: "The demo: what is on a customer's phone, oldest first",
      permission: "inbox.read",
      params: PhoneParams,
      answer: DemoPhoneTexts,
      async handle(view, { params: { number }, caller }) {
        const phones = phonesFor(caller);
        const numbers = await numbersFor(view.ground, caller);
        const items = await textsOn(view, phones, number, numbers);
        const known = await contactByAddress(view, "sms", number);
        const last = known && (await lastConversationWith(view, known.contactId));
        return { number, conversationId: last?.id ?? null, items };
      },
    }),
    pictureRoute(phonesFor),
    acts({
      method: "POST",
      path: "/api/demo/phones/:number/texts",
      summary: "The demo: text the business as a customer does",
      permission: "inbox.reply",
      params: PhoneParams,
      body: NewDemoText,
      answer: DemoTextSent,
      async handle(database, { params, body, caller }) {
        const phones = phonesFor(caller);
        const numbers = (await numbersFor(database.ground, caller)).flatMap((each) => each.phoneNumber ?? []);
        const to = body.to ?? numbers[0];
        if (!to || !numbers.includes(to))
          throw invalid("not_our_number", "This is not a simulated number of this workspace.", "to");
        const media = body.media.map(({ contentType, base64 }) => ({
          contentType,
          bytes: Buffer.from(base64, "base64"),
        }));
        const { messageSid, webhook, reason } = await phones.text({ from: params.number, to, body: body.body, media });
        return { messageSid, webhookStatus: webhook?.attempts.at(-1)?.status ?? null, reason };
      },
    }),
    acts({
      method: "POST",
      path: "/api/demo/faults",
      summary: "The demo: let the provider be slow, fail, or break off",
      permission: "inbox.reply",
      body: DemoFaultChoice,
      answer: DemoFaultChoice,
      async handle(_database, { body, caller }) {
        phonesFor(caller).play(body.kind);
        return body;
      },
    }),
  ];
}
