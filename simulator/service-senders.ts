/** Who sends for a Messaging Service: phone numbers, short codes and names, each kind a list of its own. */
import { type Answer, type Call, idOf, isoSeconds } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import type { AlphaSender, MessagingService, OwnedNumber } from "./model.ts";
import { listV1 } from "./paging.ts";
import { countryOf } from "./phone-numbers.ts";
import { addAlphaSender, joinService, leaveService, numbersOf } from "./senders.ts";
import { serviceAt } from "./services.ts";

/** Twilio's standard limit of senders in one service (21714). */
const LARGEST_POOL = 400;

/** Phone numbers, or short codes: the same acts under two names. */
type Kind = {
  path: "PhoneNumbers" | "ShortCodes";
  key: "phone_number" | "short_code";
  isOne(of: OwnedNumber): boolean;
};
const isShortCode = ({ type }: OwnedNumber): boolean => type === "short code";
const PHONE_NUMBERS: Kind = { path: "PhoneNumbers", key: "phone_number", isOne: (number) => !isShortCode(number) };
const SHORT_CODES: Kind = { path: "ShortCodes", key: "short_code", isOne: isShortCode };

function handlersOf(kind: Kind) {
  const membersOf = (call: Call, service: MessagingService) => numbersOf(call.world, service).filter(kind.isOne);
  const memberAt = (call: Call, service: MessagingService): OwnedNumber => {
    const number = membersOf(call, service).find(({ sid }) => sid === idOf(call, 1));
    if (number === undefined) throw notFound(call.path);
    return number;
  };
  return {
    add(call: Call): Answer {
      const service = serviceAt(call);
      const sid = call.form.get(`${kind.path.slice(0, -1)}Sid`);
      const number = [...call.world.numbers.values()].find(
        (candidate) => candidate.sid === sid && candidate.accountSid === call.account.sid && kind.isOne(candidate),
      );
      if (number === undefined) throw new TwilioError(20404, 404, `The requested resource ${sid} was not found`);
      if (number.serviceSid === service.sid) throw new TwilioError(21710, 409);
      if (number.serviceSid !== null) throw new TwilioError(21712, 409);
      if (numbersOf(call.world, service).length >= LARGEST_POOL) throw new TwilioError(21714, 409);
      joinService(call.world, service, number);
      return { status: 201, json: numberJson(kind, service, number) };
    },
    list(call: Call): Answer {
      const service = serviceAt(call);
      return listV1(call, `${kind.key}s`, membersOf(call, service), (number) => numberJson(kind, service, number));
    },
    fetch(call: Call): Answer {
      const service = serviceAt(call);
      return { status: 200, json: numberJson(kind, service, memberAt(call, service)) };
    },
    remove(call: Call): Answer {
      leaveService(memberAt(call, serviceAt(call)));
      return { status: 204 };
    },
  };
}

export const servicePhoneNumbers = handlersOf(PHONE_NUMBERS);
export const serviceShortCodes = handlersOf(SHORT_CODES);

export const serviceAlphaSenders = {
  add(call: Call): Answer {
    const service = serviceAt(call);
    const name = call.form.get("AlphaSender") ?? "";
    if (!/^[A-Za-z0-9 ]{1,11}$/.test(name)) throw new TwilioError(20422, 400, "Invalid Parameter: AlphaSender");
    return { status: 201, json: alphaJson(service, addAlphaSender(call.world, service, name)) };
  },
  list(call: Call): Answer {
    const service = serviceAt(call);
    return listV1(call, "alpha_senders", service.alphaSenders, (each) => alphaJson(service, each));
  },
  fetch(call: Call): Answer {
    const service = serviceAt(call);
    const found = service.alphaSenders.find(({ sid }) => sid === idOf(call, 1));
    if (found === undefined) throw notFound(call.path);
    return { status: 200, json: alphaJson(service, found) };
  },
  remove(call: Call): Answer {
    const service = serviceAt(call);
    const left = service.alphaSenders.filter(({ sid }) => sid !== idOf(call, 1));
    if (left.length === service.alphaSenders.length) throw notFound(call.path);
    service.alphaSenders = left;
    return { status: 204 };
  },
};

/** The names of single countries. This simulator knows none that is not for all of them. */
export function listDestinationAlphaSenders(call: Call): Answer {
  serviceAt(call);
  return listV1<AlphaSender>(call, "alpha_senders", [], (each) => each);
}

/** What every sender of a service shows of itself, whatever it is. */
function common(service: MessagingService, path: string, sid: string, addedAt: Date): Record<string, unknown> {
  const at = isoSeconds(addedAt);
  return {
    ...{ sid, account_sid: service.accountSid, service_sid: service.sid, date_created: at, date_updated: at },
    url: `https://messaging.twilio.com/v1/Services/${service.sid}/${path}/${sid}`,
  };
}

function numberJson({ path, key }: Kind, service: MessagingService, number: OwnedNumber): Record<string, unknown> {
  const { sms, mms, voice } = number.capabilities;
  return {
    ...common(service, path, number.sid, number.addedToServiceAt ?? number.createdAt),
    [key]: number.phoneNumber,
    country_code: countryOf(number.phoneNumber),
    capabilities: [mms ? "MMS" : [], sms ? "SMS" : [], voice ? "Voice" : []].flat(),
  };
}

function alphaJson(service: MessagingService, { sid, name, createdAt }: AlphaSender): Record<string, unknown> {
  return { ...common(service, "AlphaSenders", sid, createdAt), alpha_sender: name, capabilities: ["SMS"] };
}
