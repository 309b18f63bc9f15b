/** Keys that an installation makes once and keeps for ever, sealed in its database. */
import type { Reader } from "./db/handles.ts";
import { prefixOf, type Secrets } from "./secrets.ts";
import type { World } from "./world.ts";

type KeyName = "address hash" | "sessions" | "media links";

/**
 * The first that a start reads, and the first that is resealed: from then on no process starts with the former secret
 * key alone.
 */
const FIRST: KeyName = "address hash";

const placeOf = (name: string) => ({ tenant: "installation", table: "installation_keys", field: name });

/**
 * The key of that name: 32 bytes, made where it is missing. Not rotated with PARLEY_SECRET_KEY, which only seals it: what
 * was hashed with it (suppressed addresses) has to be found again for ever.
 */
export async function installationKey(reader: Reader, secrets: Secrets, world: World, name: KeyName): Promise<Buffer> {
  const envelope = secrets.seal(world.bytes(32).toString("base64"), placeOf(name));
  await reader.rows(
    "insert into installation_keys (name, envelope, created_at) values ($1, $2, $3) on conflict do nothing",
    [name, envelope, reader.now],
  );
  const kept = await reader.one<{ envelope: string }>("select envelope from installation_keys where name = $1", [name]);
  return Buffer.from(secrets.open(kept.envelope, placeOf(name)), "base64");
}

/** Until the transaction ends a start waits before it reads its first key. Needs the database's owner. */
export const holdStarts = (owner: Reader) => owner.rows("lock table installation_keys in share row exclusive mode");

/**
 * Reseals the key that a start reads first, or the others: those are left for last, so that no process starts without
 * the former secret key before nothing needs it any more. Needs the database's owner.
 * @returns how many were resealed; throws KeyRefused where one can't be opened
 */
export async function resealKeys(owner: Reader, secrets: Secrets, which: "first" | "others"): Promise<number> {
  const rows = await owner.rows<{ name: string; envelope: string }>(
    "select name, envelope from installation_keys where (name = $1) = $2 and not starts_with(envelope, $3)",
    [FIRST, which === "first", prefixOf(secrets.keyId)],
  );
  for (const { name, envelope } of rows) {
    const sealed = secrets.seal(secrets.open(envelope, placeOf(name)), placeOf(name));
    await owner.rows("update installation_keys set envelope = $2 where name = $1", [name, sealed]);
  }
  return rows.length;
}
