/** Sealed secrets: AES-256-GCM envelopes that name their key and are bound to the place where they are stored. */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/** Where an envelope belongs; opening it anywhere else fails (OWASP ASVS 11.3). */
export interface Place {
  tenant: string;
  table: string;
  field: string;
}

/** A column that holds envelopes, described by the room that seals there, for whoever reseals them all. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The columns, all of text, that tell its rows apart. */
  key: readonly string[];
  /** The column whose value is the tenant of the place. */
  tenant: string;
  /** The place's field. */
  field: string;
  /** What the operator can do about a row whose key is lost: empty its column, or delete it. */
  ifLost: "empty" | "delete";
}

export interface Secrets {
  /** The name of the key that seals. */
  readonly keyId: string;
  /** The names of all keys that open, that one first. */
  readonly keyIds: readonly string[];
  seal(plain: string, place: Place): string;
  /**
   * Throws KeyRefused where the envelope was sealed by a key that is not here, and another error where it was sealed for
   * another place or was altered.
   */
  open(envelope: string, place: Place): string;
}

/** The keys that were given are not those of this database: says what the operator can do. */
export class KeyRefused extends Error {}

const binding = (keyId: string, place: Place) =>
  Buffer.from(["v1", keyId, place.tenant, place.table, place.field].join("\n"));

/** Tells keys apart in envelopes and messages, and tells nothing of the key. */
const nameOf = (key: Buffer) => createHash("sha256").update("parley key id").update(key).digest("hex").slice(0, 8);

/** How the envelopes of a key begin. */
export const prefixOf = (keyId: string): string => `v1.${keyId}.`;

/**
 * @param key 32 bytes; seals
 * @param bytes a source of random bytes: each envelope gets 96 fresh ones
 * @param former keys that only open, while their envelopes are being resealed
 */
export function createSecrets(key: Buffer, bytes: (count: number) => Buffer, former: readonly Buffer[] = []): Secrets {
  const keys = new Map([key, ...former].map((each) => [nameOf(each), each]));
  const keyId = nameOf(key);
  return {
    keyId,
    keyIds: [...keys.keys()],
    seal(plain, place) {
      const nonce = bytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(binding(keyId, place));
      const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `${prefixOf(keyId)}${nonce.toString("base64url")}.${sealed.toString("base64url")}`;
    },
    open(envelope, place) {
      const [version, id, nonce, sealed] = envelope.split(".");
      if (version !== "v1" || !id || !nonce || !sealed) throw new Error("not an envelope of this house");
      const opener = keys.get(id);
      if (!opener) {
        throw new KeyRefused(
          `PARLEY_SECRET_KEY: is the key ${keyId}, but this database is sealed with the key ${id}. Start with that one; ` +
            `to change it for ${keyId}, or to finish what was begun, set that one as PARLEY_OLD_SECRET_KEY beside it.`,
        );
      }
      const raw = Buffer.from(sealed, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", opener, Buffer.from(nonce, "base64url"), { authTagLength: 16 });
      decipher.setAAD(binding(id, place));
      decipher.setAuthTag(raw.subarray(-16));
      return Buffer.concat([decipher.update(raw.subarray(0, -16)), decipher.final()]).toString("utf8");
    },
  };
}
