import { type Answer, booleanOf, type Call, hookUrlOf, idOf, isoSeconds, methodOf } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import type { MessagingService } from "./model.ts";
import { listV1 } from "./paging.ts";
import { addAlphaSender, joinService, leaveService, numbersOf } from "./senders.ts";
import type { World } from "./world.ts";

export type NewService = {
  accountSid: string;
  friendlyName?: string;
  inboundRequestUrl?: string;
  statusCallback?: string;
  useInboundWebhookOnNumber?: boolean;
  /** Owned numbers and short codes to put into its pool. */
  phoneNumbers?: string[];
  /** Names that it sends by, where a country has them. */
  alphaSenders?: string[];
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
    alphaSenders: [],
    sticky: new Map(),
    createdAt: now,
    updatedAt: now,
  };
  world.services.set(service.sid, service);
  for (const phoneNumber of input.phoneNumbers ?? []) {
    const number = world.numbers.get(phoneNumber);
    if (number !== undefined) joinService(world, service, number);
  }
  for (const name of input.alphaSenders ?? []) addAlphaSender(world, service, name);
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

/** The service that a path names. */
export function serviceAt(call: Call): MessagingService {
  const service = call.world.services.get(idOf(call, 0));
  if (service === undefined || service.accountSid !== call.account.sid) throw notFound(call.path);
  return service;
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
