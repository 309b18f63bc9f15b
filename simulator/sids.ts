import { createHash, randomBytes } from "node:crypto";

/** Addresses, end users, supporting documents, bundles, what they hold, and their evaluations. */
type PaperKind = "AD" | "IT" | "RD" | "BU" | "BV" | "EL";

/** The kinds of SID this simulator hands out: two letters, then 32 hex digits (reference, "SID prefixes"). */
type SidKind = "AC" | "CA" | "SM" | "MM" | "ME" | "PN" | "SC" | "AI" | "MG" | "RE" | PaperKind;

export type SidMaker = { sid(kind: SidKind): string; authToken(): string };

/** Makes SIDs and auth tokens: the same ones in the same order for the same seed, unguessable ones without a seed. */
export function sidMaker(seed: string | undefined): SidMaker {
  let count = 0;
  const hex32 = (kind: string): string => {
    count += 1;
    if (seed === undefined) return randomBytes(16).toString("hex");
    return createHash("sha256").update(`${seed}/${kind}/${count}`).digest("hex").slice(0, 32);
  };
  return { sid: (kind) => kind + hex32(kind), authToken: () => hex32("token") };
}
