/** Keys that an installation makes once and keeps for ever, sealed in its database. */
import type { Reader } from "./db/handles.ts";
import type { Secrets } from "./secrets.ts";
import type { World } from "./world.ts";

/**
 * The key of that name: 32 bytes, made where it is missing. Not rotated with PARLEY_SECRET_KEY, which only seals it: what
 * was hashed with it (suppressed addresses) has to be found again for ever.
 */
export async function installationKey(
  reader: Reader,
  secrets: Secrets,
  world: World,
  name: "address hash" | "sessions" | "media links",
): Promise<Buffer> {
  const place = { tenant: "installation", table: "installation_keys", field: name };
  const envelope = secrets.seal(world.bytes(32).toString("base64"), place);
  await reader.rows(
    "insert into installation_keys (name, envelope, created_at) values ($1, $2, $3) on conflict do nothing",
    [name, envelope, reader.now],
  );
  const kept = await reader.one<{ envelope: string }>("select envelope from installation_keys where name = $1", [name]);
  return Buffer.from(secrets.open(kept.envelope, place), "base64");
}
