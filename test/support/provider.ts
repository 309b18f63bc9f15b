/** What somebody does in the provider's console, or with a program of their own: its API, without Parley. */
import type { Town } from "./town.ts";

/** @param path from the host on, such as `/v1/Services` */
export function askProvider(
  { simulator, twilio: { sid, authToken } }: Pick<Town, "twilio"> & { simulator: Pick<Town["simulator"], "url"> },
  method: "GET" | "POST" | "DELETE",
  path: string,
  form?: Record<string, string>,
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${sid}:${authToken}`).toString("base64")}`;
  const body = form ? new URLSearchParams(form) : null;
  return fetch(`${simulator.url}${path}`, { method, headers: { authorization }, body });
}
