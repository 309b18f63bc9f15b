import { type Answer, type Call, hookUrlOf, idOf, methodOf, rfc2822 } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import { type ForSale, forSale, offerOf } from "./inventory.ts";
import type {
  Account,
  AddressNeeded,
  Capabilities,
  NumberHooks,
  NumberType,
  OptOutMode,
  OwnedNumber,
  Pacing,
} from "./model.ts";
import { list2010 } from "./paging.ts";
import { friendlyNumber, isShortCode, isTollFree, MAGIC, toE164 } from "./phone-numbers.ts";
import { papersFor } from "./sold-with.ts";
import type { World } from "./world.ts";

export type NewNumber = {
  accountSid: string;
  phoneNumber: string;
  sid?: string;
  friendlyName?: string;
  type?: NumberType;
  capabilities?: Partial<Capabilities>;
  /** Who answers STOP: "default" (Twilio; "off" for a short code), "advanced" or "off". */
  optOut?: OptOutMode;
  pacing?: Partial<Pacing>;
  smsUrl?: string;
  addressNeeded?: AddressNeeded;
  addressSid?: string | null;
  bundleSid?: string | null;
};

/** Gives an account a number, as if bought long ago. */
export function addNumber(world: World, input: NewNumber): OwnedNumber {
  const { phoneNumber } = input;
  const type =
    input.type ?? (isShortCode(phoneNumber) ? "short code" : isTollFree(phoneNumber) ? "toll-free" : "local");
  const now = world.clock.now();
  const number: OwnedNumber = {
    sid: input.sid ?? world.sids.sid(type === "short code" ? "SC" : "PN"),
    accountSid: input.accountSid,
    phoneNumber,
    friendlyName: input.friendlyName ?? friendlyNumber(phoneNumber),
    type,
    capabilities: { sms: true, mms: true, voice: type !== "short code", fax: false, ...input.capabilities },
    optOut: input.optOut ?? (type === "short code" ? "off" : "default"),
    pacing: input.pacing ?? {},
    ...{ serviceSid: null, addedToServiceAt: null },
    addressNeeded: input.addressNeeded ?? "none",
    ...{ addressSid: input.addressSid ?? null, bundleSid: input.bundleSid ?? null },
    createdAt: now,
    updatedAt: now,
    smsUrl: input.smsUrl ?? "",
    smsMethod: "POST",
    smsFallbackUrl: "",
    smsFallbackMethod: "POST",
    smsApplicationSid: "",
    statusCallback: "",
    statusCallbackMethod: "POST",
    voiceUrl: "",
    voiceMethod: "POST",
    voiceFallbackUrl: "",
    voiceFallbackMethod: "POST",
    voiceApplicationSid: "",
  };
  world.numbers.set(phoneNumber, number);
  return number;
}

export function listNumbers(call: Call): Answer {
  const wanted = call.query.get("PhoneNumber")?.replace(/[^\d*]/g, "") ?? "";
  // Twilio matches part of a number, and `*` for any one digit.
  const pattern = new RegExp(wanted.replaceAll("*", "\\d"));
  const name = call.query.get("FriendlyName");
  const mine = numbersOfAccount(call.world, call.account).filter(
    (number) => pattern.test(number.phoneNumber) && (name === null || number.friendlyName === name),
  );
  return list2010(call, "incoming_phone_numbers", mine.reverse(), numberJson);
}

export function fetchNumber(call: Call): Answer {
  return { status: 200, json: numberJson(numberAt(call)) };
}

export function buyNumber(call: Call): Answer {
  const { world, account, form } = call;
  const offer = chooseOffer(call);
  const papers = papersFor(call, offer);
  const hooks = readHooks(form, null);
  const { phoneNumber, type = "local", capabilities = {}, address: addressNeeded = "none" } = offer;
  const input = { accountSid: account.sid, phoneNumber, type, capabilities, addressNeeded };
  const number = addNumber(world, { ...input, ...papers });
  Object.assign(number, hooks, { friendlyName: form.get("FriendlyName") ?? number.friendlyName });
  return { status: 201, json: numberJson(number) };
}

export function updateNumber(call: Call): Answer {
  const { form, world } = call;
  const number = numberAt(call);
  const owner = form.get("AccountSid");
  const hooks = readHooks(form, number);
  if (owner !== null) {
    const other = world.accounts.get(owner);
    if (other === undefined || other.ownerSid !== call.account.ownerSid) throw new TwilioError(20422, 400);
    number.accountSid = owner;
  }
  Object.assign(number, hooks, {
    friendlyName: form.get("FriendlyName") ?? number.friendlyName,
    updatedAt: world.clock.now(),
  });
  return { status: 200, json: numberJson(number) };
}

export function releaseNumber(call: Call): Answer {
  call.world.numbers.delete(numberAt(call).phoneNumber);
  return { status: 204 };
}

function numbersOfAccount(world: World, account: Account): OwnedNumber[] {
  return [...world.numbers.values()].filter((number) => number.accountSid === account.sid);
}

function numberAt(call: Call): OwnedNumber {
  const number = numbersOfAccount(call.world, call.account).find(({ sid }) => sid === idOf(call, 0));
  if (number === undefined) throw notFound(call.path);
  return number;
}

/** A number that is for sale; of a magic one nothing but the digits is known. */
type Wanted = { phoneNumber: string } & Partial<ForSale>;

/** What to buy: exactly this PhoneNumber, or any in the AreaCode (reference, section 4, and section 3's magic numbers). */
function chooseOffer(call: Call): Wanted {
  const { world, form } = call;
  const wanted = form.get("PhoneNumber");
  if (wanted === null || wanted === "") {
    const areaCode = form.get("AreaCode");
    if (areaCode === null || areaCode === "") throw new TwilioError(21421, 400);
    const [first] = areaCode === "500" ? [{ phoneNumber: MAGIC.ok }] : forSale(world, "US", "Local", areaCode);
    const [orCanadian] = forSale(world, "CA", "Local", areaCode);
    const offer = first ?? orCanadian;
    if (offer === undefined || world.numbers.has(offer.phoneNumber)) throw new TwilioError(21452, 400);
    return offer;
  }
  const phoneNumber = toE164(wanted);
  if (phoneNumber === null || phoneNumber === MAGIC.invalid) throw new TwilioError(21421, 400);
  if (world.numbers.has(phoneNumber)) throw new TwilioError(21422, 400);
  if (phoneNumber === MAGIC.ok) return { phoneNumber };
  const offer = offerOf(phoneNumber);
  if (offer === undefined) throw new TwilioError(21422, 400);
  return offer;
}

function readHooks(form: URLSearchParams, old: NumberHooks | null): NumberHooks {
  const url = (name: string, key: keyof NumberHooks) => hookUrlOf(form, name, old?.[key] ?? "");
  const method = (name: string, key: keyof NumberHooks) => methodOf(form, name, old?.[key] ?? "POST");
  const application = (name: string, key: keyof NumberHooks) => {
    const sid = form.get(name) ?? old?.[key] ?? "";
    if (sid !== "" && !/^AP[0-9a-fA-F]{32}$/.test(sid)) throw new TwilioError(20422, 400, `Invalid Parameter: ${name}`);
    return sid;
  };
  return {
    smsUrl: url("SmsUrl", "smsUrl"),
    smsMethod: method("SmsMethod", "smsMethod"),
    smsFallbackUrl: url("SmsFallbackUrl", "smsFallbackUrl"),
    smsFallbackMethod: method("SmsFallbackMethod", "smsFallbackMethod"),
    smsApplicationSid: application("SmsApplicationSid", "smsApplicationSid"),
    statusCallback: url("StatusCallback", "statusCallback"),
    statusCallbackMethod: method("StatusCallbackMethod", "statusCallbackMethod"),
    voiceUrl: url("VoiceUrl", "voiceUrl"),
    voiceMethod: method("VoiceMethod", "voiceMethod"),
    voiceFallbackUrl: url("VoiceFallbackUrl", "voiceFallbackUrl"),
    voiceFallbackMethod: method("VoiceFallbackMethod", "voiceFallbackMethod"),
    voiceApplicationSid: application("VoiceApplicationSid", "voiceApplicationSid"),
  };
}

function numberJson(number: OwnedNumber): Record<string, unknown> {
  const { voice, sms, mms, fax } = number.capabilities;
  return {
    account_sid: number.accountSid,
    address_requirements: number.addressNeeded,
    address_sid: number.addressSid,
    api_version: "2010-04-01",
    beta: false,
    bundle_sid: number.bundleSid,
    capabilities: { voice, sms, mms, fax },
    date_created: rfc2822(number.createdAt),
    date_updated: rfc2822(number.updatedAt),
    emergency_address_sid: null,
    emergency_address_status: "unregistered",
    emergency_status: "Inactive",
    friendly_name: number.friendlyName,
    identity_sid: null,
    origin: "twilio",
    phone_number: number.phoneNumber,
    sid: number.sid,
    sms_application_sid: number.smsApplicationSid || null,
    sms_fallback_method: number.smsFallbackMethod,
    sms_fallback_url: number.smsFallbackUrl,
    sms_method: number.smsMethod,
    sms_url: number.smsUrl,
    status: "in-use",
    status_callback: number.statusCallback,
    status_callback_method: number.statusCallbackMethod,
    trunk_sid: null,
    type: number.type,
    uri: `/2010-04-01/Accounts/${number.accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
    voice_application_sid: number.voiceApplicationSid || null,
    voice_caller_id_lookup: false,
    voice_fallback_method: number.voiceFallbackMethod,
    voice_fallback_url: number.voiceFallbackUrl,
    voice_method: number.voiceMethod,
    voice_receive_mode: "voice",
    voice_url: number.voiceUrl,
  };
}
