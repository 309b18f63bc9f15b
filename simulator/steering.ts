import { addAccount, type NewAccount, setAccountStatus } from "./accounts.ts";
import { isCallable } from "./call.ts";
import { ControlError } from "./errors.ts";
import { checkFault, type FaultRule, type OutcomeRule, type StandingFault } from "./faults.ts";
import { filterLog, type LogFilter, type RequestEntry, type WebhookEntry } from "./journal.ts";
import type { Account, Capabilities, Media, Message, OptOutMode, OwnedNumber, Pacing, PhoneText } from "./model.ts";
import { addNumber, type NewNumber } from "./numbers.ts";
import { applyKeyword } from "./opt-out.ts";
import { isShortCode, toE164 } from "./phone-numbers.ts";
import { addService, type NewService } from "./services.ts";
import { isBlocked, type World } from "./world.ts";

/** What tests, the demo and the control endpoints do to a simulator from outside the two wires. */

export type AccountView = Pick<Account, "sid" | "authToken" | "ownerSid" | "friendlyName" | "type" | "status">;
export type NumberView = Omit<OwnedNumber, "createdAt" | "updatedAt" | "addedToServiceAt">;
export type MessageView = Omit<Message, "media" | "deleted"> & { media: { sid: string; contentType: string }[] };
export type PhoneView = { number: string; landline: boolean; texts: PhoneText[] };

export type AccountChanges = Pick<
  NewAccount,
  "friendlyName" | "type" | "status" | "verified" | "refusedPrefixes" | "mediaAuth" | "pacing" | "authToken"
>;
export type NumberChanges = {
  capabilities?: Partial<Capabilities>;
  optOut?: OptOutMode;
  pacing?: Partial<Pacing>;
  smsUrl?: string;
  smsMethod?: "GET" | "POST";
};

/** Makes an account. A given SID or token must look like Twilio's; the SID must be new. */
export function createAccount(world: World, input: NewAccount): AccountView {
  if (input.sid !== undefined && !/^AC[0-9a-f]{32}$/.test(input.sid)) {
    throw new ControlError("sid", "must be AC and 32 hex digits");
  }
  checkToken(input.authToken);
  if (input.sid !== undefined && world.accounts.has(input.sid)) throw new ControlError("sid", "is taken", 409);
  if (input.ownerSid !== undefined) accountAt(world, input.ownerSid);
  return accountView(addAccount(world, input));
}

/** A new token is the only one from then on, as when somebody promotes the second one in Twilio's console. */
export function changeAccount(world: World, sid: string, changes: AccountChanges): AccountView {
  const account = accountAt(world, sid);
  checkToken(changes.authToken);
  account.authToken = changes.authToken ?? account.authToken;
  if (changes.status !== undefined) setAccountStatus(world, account, changes.status);
  if (changes.verified !== undefined) account.verified = new Set(changes.verified);
  account.friendlyName = changes.friendlyName ?? account.friendlyName;
  account.type = changes.type ?? account.type;
  account.refusedPrefixes = changes.refusedPrefixes ?? account.refusedPrefixes;
  account.mediaAuth = changes.mediaAuth ?? account.mediaAuth;
  account.pacing = { ...account.pacing, ...changes.pacing };
  return accountView(account);
}

/** Gives an account a number. It must be E.164, a short code or a magic number, and nobody's yet. */
export function giveNumber(world: World, input: NewNumber): NumberView {
  accountAt(world, input.accountSid);
  if (!isShortCode(input.phoneNumber) && toE164(input.phoneNumber) !== input.phoneNumber) {
    throw new ControlError("phoneNumber", "must be E.164 (+14155550142) or a short code of 5 or 6 digits");
  }
  checkHook("smsUrl", input.smsUrl);
  if (world.numbers.has(input.phoneNumber)) throw new ControlError("phoneNumber", "is owned already", 409);
  return numberView(addNumber(world, input));
}

export function changeNumber(world: World, phoneNumber: string, changes: NumberChanges): NumberView {
  const number = numberAt(world, phoneNumber);
  checkHook("smsUrl", changes.smsUrl);
  number.capabilities = { ...number.capabilities, ...changes.capabilities };
  number.optOut = changes.optOut ?? number.optOut;
  number.pacing = { ...number.pacing, ...changes.pacing };
  number.smsUrl = changes.smsUrl ?? number.smsUrl;
  number.smsMethod = changes.smsMethod ?? number.smsMethod;
  return numberView(number);
}

/** Takes a number from its account, as when Twilio reclaims it. */
export function reclaimNumber(world: World, phoneNumber: string): void {
  world.numbers.delete(numberAt(world, phoneNumber).phoneNumber);
}

export function createService(world: World, input: NewService): { sid: string } {
  const account = accountAt(world, input.accountSid);
  checkHook("inboundRequestUrl", input.inboundRequestUrl);
  checkHook("statusCallback", input.statusCallback);
  for (const phoneNumber of input.phoneNumbers ?? []) {
    const number = numberAt(world, phoneNumber);
    if (number.accountSid !== account.sid)
      throw new ControlError("phoneNumbers", `${phoneNumber} is another account's`);
    if (number.serviceSid !== null)
      throw new ControlError("phoneNumbers", `${phoneNumber} is in a service already`, 409);
  }
  return { sid: addService(world, input).sid };
}

export function addFaults(world: World, rules: FaultRule[]): StandingFault[] {
  for (const rule of rules) checkFault(rule);
  const added = rules.map((rule, index) => ({ id: world.sequence + index + 1, rule, hits: 0 }));
  world.sequence += rules.length;
  world.faults.push(...added);
  return added;
}

export function addOutcomes(world: World, rules: OutcomeRule[]): void {
  world.outcomes.push(...rules.map((rule) => ({ rule, hits: 0 })));
}

export function phoneView(world: World, number: string): PhoneView {
  return { number, landline: world.landlines.has(number), texts: [...(world.phones.get(number) ?? [])] };
}

/** A picture of a text, as the phone that sent it has it. */
export function pictureIn(world: World, messageSid: string, mediaSid: string): Media | null {
  return world.messages.get(messageSid)?.media.find(({ sid }) => sid === mediaSid) ?? null;
}

export function setLandline(world: World, number: string, landline: boolean): void {
  if (landline) world.landlines.add(number);
  else world.landlines.delete(number);
}

export function hasOptedOut(world: World, phoneNumber: string, phone: string): boolean {
  return isBlocked(world, numberAt(world, phoneNumber), phone);
}

export function optOut(world: World, phoneNumber: string, phone: string): void {
  applyKeyword(world, numberAt(world, phoneNumber), phone, "STOP");
}

export function messagesOf(world: World, filter: { account?: string; to?: string; from?: string }): MessageView[] {
  const accounts = filter.account === undefined ? [...world.accounts.values()] : [accountAt(world, filter.account)];
  return accounts
    .flatMap((account) => account.messages)
    .filter(
      (message) =>
        (filter.to === undefined || message.to === filter.to) &&
        (filter.from === undefined || message.from === filter.from),
    )
    .map(({ deleted, media, ...message }) => ({
      ...message,
      media: media.map(({ sid, contentType }) => ({ sid, contentType })),
    }));
}

export function requestLog(world: World, filter: LogFilter): RequestEntry[] {
  return filterLog(world.requests, filter);
}

export function webhookLog(world: World, filter: LogFilter): WebhookEntry[] {
  return filterLog(world.webhooks, filter);
}

/** Resolves when no webhook is on the wire and none is about to be, at the clock's present time. */
export async function idle(world: World): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (world.inFlight === 0) quiet += 1;
    else {
      quiet = 0;
      await new Promise<void>((resolve) => world.idleWaiters.push(resolve));
    }
  }
}

export function overview(world: World): { accounts: AccountView[]; numbers: NumberView[] } {
  return {
    accounts: [...world.accounts.values()].map(accountView),
    numbers: [...world.numbers.values()].map(numberView),
  };
}

function checkToken(token: string | undefined): void {
  if (token !== undefined && !/^\w{32}$/.test(token))
    throw new ControlError("authToken", "must be 32 letters or digits");
}

function checkHook(field: string, url: string | undefined): void {
  if (url !== undefined && url !== "" && !isCallable(url)) throw new ControlError(field, "must be an http(s) address");
}

function accountAt(world: World, sid: string): Account {
  const account = world.accounts.get(sid);
  if (account === undefined) throw new ControlError("account", `there is no simulated account ${sid}`, 404);
  return account;
}

function numberAt(world: World, phoneNumber: string): OwnedNumber {
  const number = world.numbers.get(phoneNumber);
  if (number === undefined) throw new ControlError("number", `no simulated account owns ${phoneNumber}`, 404);
  return number;
}

function accountView({ sid, authToken, ownerSid, friendlyName, type, status }: Account): AccountView {
  return { sid, authToken, ownerSid, friendlyName, type, status };
}

function numberView({ createdAt, updatedAt, addedToServiceAt, ...number }: OwnedNumber): NumberView {
  return structuredClone(number);
}
