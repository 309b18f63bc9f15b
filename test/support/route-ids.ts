/** Fills the ids into a route's path, for those who walk them all. */

/** The prefix of the ids that follow a noun of the API. */
const PREFIXES: Record<string, string> = {
  members: "mem",
  "api-keys": "key",
  invitations: "lnk",
  sessions: "ses",
  channels: "chn",
  calls: "cal",
  activations: "act",
  "sms-requests": "smr",
  "provider-accounts": "prv",
  contacts: "con",
  conversations: "cnv",
  messages: "msg",
  media: "med",
  "knowledge-bases": "kbs",
  models: "mdl",
  agents: "agt",
  "quick-replies": "qrp",
  reviews: "rvw",
};

/** An id that nobody has. */
export const nobodys = (prefix: string): string => `${prefix}_${"0".repeat(32)}`;

/** @param idOf the id of a prefix, such as "con" */
export function withIds(path: string, idOf: (prefix: string) => string | undefined): string {
  const [, , noun = ""] = path.split("/");
  const id = (prefix: string | undefined) => {
    const found = prefix && idOf(prefix);
    if (!found) throw new Error(`no id for ${path}: name its prefix here`);
    return found;
  };
  return path.replace(":sourceId", () => id("src")).replace(":id", () => id(PREFIXES[noun]));
}
