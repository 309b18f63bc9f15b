import { type Answer, booleanOf, type Call, hookUrlOf, idOf, isoSeconds, methodOf } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import type { MessagingService, OwnedNumber } from "./model.ts";
import { listV1 } from "./paging.ts";
import { countryOf } from "./phone-numbers.ts";
import { numbersOf } from "./senders.ts";
import type { World } from "./world.ts";

/** Twilio's standard limit of senders in one service (21714). */
const LARGEST_POOL = 400;

export type NewService = {
  accountSid: string;
  friendlyName?: string;
  inboundRequestUrl?: string;
  statusCallback?: string;
  useInboundWebhookOnNumber?: boolean;
  /** Owned numbers to put into its pool. */
  phoneNumbers?: string[];
};

export function addService(world: World, input: NewService): MessagingService {
  const now = world.clock.now();
  const service: MessagingService = {
    sid: world.sids.sid("MG"),
    accountSid: input.accountSid,
    friendlyName: input.friendlyName ?? "Simulated service",
    inboundRequestUrl: input.inboundRequestUrl || null,
    inboundMethod: "POST",
    fallbackUrl: null,
    fallbackMethod: "POST",
    statusCallback: input.statusCallback || null,
    useInboundWebhookOnNumber: input.useInboundWebhookOnNumber ?? false,
    stickySender: true,
    mmsConverter: true,
    smartEncoding: true,
    fallbackToLongCode: true,
    areaCodeGeomatch: true,
    synchronousValidation: false,
    scanMessageContent: "inherit",
    validityPeriodSeconds: 36_000,
    usecase: "undeclared",
    sticky: new Map(),
    createdAt: now,
    updatedAt: now,
  };
  world.services.set(service.sid, service);
  for (const phoneNumber of input.phoneNumbers ?? []) {
    const number = world.numbers.get(phoneNumber);
    if (number !== undefined) joinService(world, service, number);
  }
  return service;
}

export function createService(call: Call): Answer {
  const friendlyName = call.form.get("FriendlyName") ?? "";
  if (friendlyName === "" || friendlyName.length > 64)
    throw new TwilioError(20422, 400, "Invalid Parameter: FriendlyName");
  const service = addService(call.world, { accountSid: call.account.sid, friendlyName });
  applyForm(service, call.form);
  return { status: 201, json: serviceJson(service) };
}

export function listServices(call: Call): Answer {
  const mine = [...call.world.services.values()].filter((service) => service.accountSid === call.account.sid);
  return listV1(call, "services", mine.reverse(), serviceJson);
}

export function fetchService(call: Call): Answer {
  return { status: 200, json: serviceJson(serviceAt(call)) };
}

export function updateService(call: Call): Answer {
  const service = serviceAt(call);
  applyForm(service, call.form);
  service.updatedAt = call.world.clock.now();
  return { status: 200, json: serviceJson(service) };
}

export function deleteService(call: Call): Answer {
  const service = serviceAt(call);
  for (const number of numbersOf(call.world, service)) leaveService(number);
  call.world.services.delete(service.sid);
  return { status: 204 };
}

export function addServiceNumber(call: Call): Answer {
  const service = serviceAt(call);
  const sid = call.form.get("PhoneNumberSid");
  const number = [...call.world.numbers.values()].find(
    (candidate) => candidate.sid === sid && candidate.accountSid === call.account.sid,
  );
  if (number === undefined) throw new TwilioError(20404, 404, `The requested resource ${sid} was not found`);
  if (number.serviceSid === service.sid) throw new TwilioError(21710, 409);
  if (number.serviceSid !== null) throw new TwilioError(21712, 409);
  if (numbersOf(call.world, service).length >= LARGEST_POOL) throw new TwilioError(21714, 409);
  joinService(call.world, service, number);
  return { status: 201, json: serviceNumberJson(service, number) };
}

export function listServiceNumbers(call: Call): Answer {
  const service = serviceAt(call);
  return listV1(call, "phone_numbers", numbersOf(call.world, service), (number) => serviceNumberJson(service, number));
}

export function fetchServiceNumber(call: Call): Answer {
  const service = serviceAt(call);
  return { status: 200, json: serviceNumberJson(service, memberAt(call, service)) };
}

export function removeServiceNumber(call: Call): Answer {
  leaveService(memberAt(call, serviceAt(call)));
  return { status: 204 };
}

function joinService(world: World, service: MessagingService, number: OwnedNumber): void {
  number.serviceSid = service.sid;
  number.addedToServiceAt = world.clock.now();
}

function leaveService(number: OwnedNumber): void {
  number.serviceSid = null;
  number.addedToServiceAt = null;
}

function serviceAt(call: Call): MessagingService {
  const service = call.world.services.get(idOf(call, 0));
  if (service === undefined || service.accountSid !== call.account.sid) throw notFound(call.path);
  return service;
}

function memberAt(call: Call, service: MessagingService): OwnedNumber {
  const number = numbersOf(call.world, service).find(({ sid }) => sid === idOf(call, 1));
  if (number === undefined) throw notFound(call.path);
  return number;
}

function applyForm(service: MessagingService, form: URLSearchParams): void {
  const url = (name: string, old: string | null) => hookUrlOf(form, name, old ?? "") || null;
  const validity = Number(form.get("ValidityPeriod") ?? service.validityPeriodSeconds);
  if (!Number.isInteger(validity) || validity < 1 || validity > 36_000) {
    throw new TwilioError(20422, 400, "Invalid Parameter: ValidityPeriod must be 1 to 36000");
  }
  Object.assign(service, {
    friendlyName: form.get("FriendlyName") || service.friendlyName,
    inboundRequestUrl: url("InboundRequestUrl", service.inboundRequestUrl),
    inboundMethod: methodOf(form, "InboundMethod", service.inboundMethod),
    fallbackUrl: url("FallbackUrl", service.fallbackUrl),
    fallbackMethod: methodOf(form, "FallbackMethod", service.fallbackMethod),
    statusCallback: url("StatusCallback", service.statusCallback),
    useInboundWebhookOnNumber: booleanOf(form, "UseInboundWebhookOnNumber", service.useInboundWebhookOnNumber),
    stickySender: booleanOf(form, "StickySender", service.stickySender),
    mmsConverter: booleanOf(form, "MmsConverter", service.mmsConverter),
    smartEncoding: booleanOf(form, "SmartEncoding", service.smartEncoding),
    fallbackToLongCode: booleanOf(form, "FallbackToLongCode", service.fallbackToLongCode),
    areaCodeGeomatch: booleanOf(form, "AreaCodeGeomatch", service.areaCodeGeomatch),
    synchronousValidation: booleanOf(form, "SynchronousValidation", service.synchronousValidation),
    scanMessageContent: form.get("ScanMessageContent") ?? service.scanMessageContent,
    usecase: form.get("Usecase") ?? service.usecase,
    validityPeriodSeconds: validity,
  });
}

const LINKS: Record<string, string> = {
  phone_numbers: "PhoneNumbers",
  short_codes: "ShortCodes",
  alpha_senders: "AlphaSenders",
  messages: "Messages",
  us_app_to_person: "Compliance/Usa2p",
  us_app_to_person_usecases: "Compliance/Usa2p/Usecases",
  channel_senders: "ChannelSenders",
  destination_alpha_senders: "DestinationAlphaSenders",
};

function serviceJson(service: MessagingService): Record<string, unknown> {
  const url = `https://messaging.twilio.com/v1/Services/${service.sid}`;
  return {
    account_sid: service.accountSid,
    sid: service.sid,
    date_created: isoSeconds(service.createdAt),
    date_updated: isoSeconds(service.updatedAt),
    friendly_name: service.friendlyName,
    inbound_request_url: service.inboundRequestUrl,
    inbound_method: service.inboundMethod,
    fallback_url: service.fallbackUrl,
    fallback_method: service.fallbackMethod,
    status_callback: service.statusCallback,
    sticky_sender: service.stickySender,
    smart_encoding: service.smartEncoding,
    mms_converter: service.mmsConverter,
    fallback_to_long_code: service.fallbackToLongCode,
    scan_message_content: service.scanMessageContent,
    area_code_geomatch: service.areaCodeGeomatch,
    validity_period: service.validityPeriodSeconds,
    synchronous_validation: service.synchronousValidation,
    usecase: service.usecase,
    us_app_to_person_registered: false,
    use_inbound_webhook_on_number: service.useInboundWebhookOnNumber,
    links: Object.fromEntries(Object.entries(LINKS).map(([name, path]) => [name, `${url}/${path}`])),
    url,
  };
}

function serviceNumberJson(service: MessagingService, number: OwnedNumber): Record<string, unknown> {
  const { sms, mms, voice } = number.capabilities;
  const addedAt = isoSeconds(number.addedToServiceAt ?? number.createdAt);
  return {
    sid: number.sid,
    account_sid: service.accountSid,
    service_sid: service.sid,
    date_created: addedAt,
    date_updated: addedAt,
    phone_number: number.phoneNumber,
    country_code: countryOf(number.phoneNumber),
    capabilities: [mms ? "MMS" : [], sms ? "SMS" : [], voice ? "Voice" : []].flat(),
    url: `https://messaging.twilio.com/v1/Services/${service.sid}/PhoneNumbers/${number.sid}`,
  };
}
