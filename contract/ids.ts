/** Ids: a prefix that names the kind, and the 32 hex digits of a UUIDv7, so that they sort by time of birth. */
import { z } from "zod";

const PREFIXES = [
  "acc", // account
  "wsp", // workspace
  "mem", // member
  "key", // API key
  "usr", // user: a person's sign-in
  "lnk", // one-time link to sign in by
  "aud", // entry of the audit log
  "prv", // provider account
  "chn", // channel connection
  "act", // activation: a number that we get at the provider
  "smr", // request for a number that needs papers
  "pfl", // file of such a request
  "hlc", // change of a connection's health
  "cal", // call to a number of ours
  "con", // contact
  "cse", // consent event
  "rvw", // review of a text that may be an opt-out
  "cnv", // conversation
  "nte", // private note
  "chg", // what somebody did with a conversation
  "qrp", // quick reply
  "msg", // message
  "att", // attempt to hand a message to the provider
  "dlv", // delivery event
  "med", // file of a message
  "mdl", // language model
  "kbs", // knowledge base
  "src", // knowledge source
  "psg", // passage of a source
  "agt", // agent
  "run", // one turn of an agent
] as const;

export type IdPrefix = (typeof PREFIXES)[number];
export type Id<P extends IdPrefix> = `${P}_${string}`;

export type AccountId = Id<"acc">;
export type WorkspaceId = Id<"wsp">;
export type MemberId = Id<"mem">;
export type ProviderAccountId = Id<"prv">;
export type ConnectionId = Id<"chn">;
export type ActivationId = Id<"act">;
export type SmsRequestId = Id<"smr">;
export type CallId = Id<"cal">;
export type ContactId = Id<"con">;
export type ReviewId = Id<"rvw">;
export type ConversationId = Id<"cnv">;
export type QuickReplyId = Id<"qrp">;
export type MessageId = Id<"msg">;
export type AttemptId = Id<"att">;
export type MediaId = Id<"med">;
export type AgentId = Id<"agt">;
export type KnowledgeBaseId = Id<"kbs">;
export type LanguageModelId = Id<"mdl">;

export function isId<P extends IdPrefix>(prefix: P, value: string): value is Id<P> {
  return new RegExp(`^${prefix}_[0-9a-f]{32}$`).test(value);
}

/** A zod schema for the ids of one kind. */
export function idOf<P extends IdPrefix>(prefix: P) {
  return z
    .custom<Id<P>>((value) => typeof value === "string" && isId(prefix, value), {
      error: `must be an id that begins with ${prefix}_`,
    })
    .meta({ type: "string", pattern: `^${prefix}_[0-9a-f]{32}$`, examples: [`${prefix}_${"0".repeat(32)}`] });
}
