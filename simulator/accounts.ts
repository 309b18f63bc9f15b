import { type Answer, type Call, rfc2822 } from "./call.ts";
import { notFound, TwilioError } from "./errors.ts";
import type { Account, AccountStatus, AccountType, Pacing } from "./model.ts";
import { list2010 } from "./paging.ts";
import { shred } from "./paper-model.ts";
import type { World } from "./world.ts";

export type NewAccount = {
  /** Given ones are kept as they are, so that a demo's account can outlive its simulator. */
  sid?: string;
  authToken?: string;
  ownerSid?: string;
  friendlyName?: string;
  type?: AccountType;
  status?: AccountStatus;
  /** Numbers a Trial account may text. */
  verified?: string[];
  /** E.164 prefixes it may not text (21408), such as "+44". */
  refusedPrefixes?: string[];
  /** Whether its media needs its credentials; true unless said otherwise. */
  mediaAuth?: boolean;
  pacing?: Partial<Pacing>;
};

export function addAccount(world: World, input: NewAccount): Account {
  const sid = input.sid ?? world.sids.sid("AC");
  const now = world.clock.now();
  const account: Account = {
    sid,
    authToken: input.authToken ?? world.sids.authToken(),
    ownerSid: input.ownerSid ?? sid,
    friendlyName: input.friendlyName ?? "Simulated account",
    type: input.type ?? "Full",
    status: input.status ?? "active",
    createdAt: now,
    updatedAt: now,
    verified: new Set(input.verified),
    refusedPrefixes: input.refusedPrefixes ?? [],
    mediaAuth: input.mediaAuth ?? true,
    pacing: input.pacing ?? {},
    messages: [],
  };
  world.accounts.set(sid, account);
  return account;
}

/** A closed account gives its numbers and services back, and its papers are gone. */
export function setAccountStatus(world: World, account: Account, status: AccountStatus): void {
  account.status = status;
  account.updatedAt = world.clock.now();
  if (status !== "closed") return;
  for (const [phone, number] of world.numbers) if (number.accountSid === account.sid) world.numbers.delete(phone);
  for (const [sid, service] of world.services) if (service.accountSid === account.sid) world.services.delete(sid);
  shred(world.files, account.sid);
}

export function fetchAccount(call: Call): Answer {
  return { status: 200, json: accountJson(call.account) };
}

export function createSubaccount(call: Call): Answer {
  if (call.signedIn.status !== "active") throw new TwilioError(20005, 403);
  const account = addAccount(call.world, {
    ownerSid: call.signedIn.sid,
    friendlyName: call.form.get("FriendlyName") ?? `SubAccount Created at ${rfc2822(call.receivedAt)}`,
    type: call.signedIn.type,
    mediaAuth: call.signedIn.mediaAuth,
    pacing: call.signedIn.pacing,
  });
  return { status: 201, json: accountJson(account) };
}

export function listAccounts(call: Call): Answer {
  const name = call.query.get("FriendlyName");
  const status = call.query.get("Status");
  const mine = [...call.world.accounts.values()].filter(
    (account) =>
      account.ownerSid === call.signedIn.sid &&
      (name === null || account.friendlyName === name) &&
      (status === null || account.status === status),
  );
  return list2010(call, "accounts", mine.reverse(), accountJson);
}

export function updateAccount(call: Call): Answer {
  const { account, form, world } = call;
  const status = form.get("Status");
  if (status !== null) {
    if (status !== "active" && status !== "suspended" && status !== "closed") throw new TwilioError(20422, 400);
    if (account.ownerSid === account.sid) throw new TwilioError(21477, 400);
    if (account.status === "closed") throw new TwilioError(21479, 400);
    setAccountStatus(world, account, status);
  }
  account.friendlyName = form.get("FriendlyName") ?? account.friendlyName;
  account.updatedAt = world.clock.now();
  return { status: 200, json: accountJson(account) };
}

/** The account that a path names, where this one may act for it: itself, or one of its subaccounts. */
export function accountAt(world: World, signedIn: Account, sid: string, path: string): Account {
  const account = world.accounts.get(sid);
  if (account === undefined || (account !== signedIn && account.ownerSid !== signedIn.sid)) throw notFound(path);
  return account;
}

const SUBRESOURCES: Record<string, string> = {
  available_phone_numbers: "AvailablePhoneNumbers",
  calls: "Calls",
  conferences: "Conferences",
  incoming_phone_numbers: "IncomingPhoneNumbers",
  notifications: "Notifications",
  outgoing_caller_ids: "OutgoingCallerIds",
  recordings: "Recordings",
  transcriptions: "Transcriptions",
  addresses: "Addresses",
  signing_keys: "SigningKeys",
  connect_apps: "ConnectApps",
  sip: "SIP",
  authorized_connect_apps: "AuthorizedConnectApps",
  usage: "Usage",
  keys: "Keys",
  applications: "Applications",
  short_codes: "SMS/ShortCodes",
  queues: "Queues",
  messages: "Messages",
  balance: "Balance",
};

function accountJson(account: Account): Record<string, unknown> {
  const base = `/2010-04-01/Accounts/${account.sid}`;
  return {
    auth_token: account.authToken,
    date_created: rfc2822(account.createdAt),
    date_updated: rfc2822(account.updatedAt),
    friendly_name: account.friendlyName,
    owner_account_sid: account.ownerSid,
    sid: account.sid,
    status: account.status,
    subresource_uris: Object.fromEntries(
      Object.entries(SUBRESOURCES).map(([name, resource]) => [name, `${base}/${resource}.json`]),
    ),
    type: account.type,
    uri: `${base}.json`,
  };
}
