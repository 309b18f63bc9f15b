/** Sealed secrets: AES-256-GCM envelopes that name their key and are bound to the place where they are stored. */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";

/** Where an envelope belongs; opening it anywhere else fails (OWASP ASVS 11.3). */
export interface Place {
  tenant: string;
  table: string;
  field: string;
}

export interface Secrets {
  seal(plain: string, place: Place): string;
  /** Throws where the envelope was sealed by another key, for another place, or was altered. */
  open(envelope: string, place: Place): string;
}

const binding = (keyId: string, place: Place) =>
  Buffer.from(["v1", keyId, place.tenant, place.table, place.field].join("\n"));

/** @param key 32 bytes  @param bytes a source of random bytes: each envelope gets 96 fresh ones */
export function createSecrets(key: Buffer, bytes: (count: number) => Buffer): Secrets {
  const keyId = createHash("sha256").update("parley key id").update(key).digest("hex").slice(0, 8);
  return {
    seal(plain, place) {
      const nonce = bytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(binding(keyId, place));
      const sealed = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1.${keyId}.${nonce.toString("base64url")}.${sealed.toString("base64url")}`;
    },
    open(envelope, place) {
      const [version, id, nonce, sealed] = envelope.split(".");
      if (version !== "v1" || !id || !nonce || !sealed) throw new Error("not an envelope of this house");
      if (id !== keyId) {
        throw new Error(
          `sealed with the key ${id}, but PARLEY_SECRET_KEY is the key ${keyId}: start with the key of this database`,
        );
      }
      const raw = Buffer.from(sealed, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), { authTagLength: 16 });
      decipher.setAAD(binding(id, place));
      decipher.setAuthTag(raw.subarray(-16));
      return Buffer.concat([decipher.update(raw.subarray(0, -16)), decipher.final()]).toString("utf8");
    },
  };
}
