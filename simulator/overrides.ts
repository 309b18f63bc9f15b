/**
 * Connection overrides: the fragment of a webhook URL, `#rc=3&rp=ct,rt,5xx&tt=15000` (reference, section 1; Twilio's
 * connection-overrides page). A value outside its range is ignored.
 */
export type Overrides = {
  connectMs: number;
  readMs: number;
  totalMs: number;
  retries: number;
  retryOn: ReadonlySet<string>;
};

/** Splits a configured URL into what is called and signed, its own user:password, and how it is retried. */
export function readHookUrl(configured: string): { url: string; credentials: string | null; overrides: Overrides } {
  const hash = configured.indexOf("#");
  const bare = hash === -1 ? configured : configured.slice(0, hash);
  const given = new URLSearchParams(hash === -1 ? "" : configured.slice(hash + 1));
  const number = (name: string, least: number, most: number, otherwise: number): number => {
    const text = given.get(name);
    if (text === null || !/^\d+$/.test(text)) return otherwise;
    const value = Number(text);
    return value >= least && value <= most ? value : otherwise;
  };
  const userinfo = /^(https?:\/\/)([^/?#@]*)@/i.exec(bare);
  return {
    url: userinfo ? `${userinfo[1]}${bare.slice(userinfo[0].length)}` : bare,
    credentials: userinfo ? decodeURIComponent(userinfo[2] ?? "") : null,
    overrides: {
      connectMs: number("ct", 100, 10_000, 5_000),
      readMs: number("rt", 100, 15_000, 15_000),
      totalMs: number("tt", 100, 15_000, 15_000),
      retries: number("rc", 0, 5, 1),
      retryOn: new Set((given.get("rp") ?? "ct").split(",")),
    },
  };
}

/** Whether an attempt's end is one that the retry policy names. */
export function mayRetry(retryOn: ReadonlySet<string>, end: { status: number | null; error: string | null }): boolean {
  if (end.error !== null)
    return (end.error === "ct" || end.error === "rt") && (retryOn.has(end.error) || retryOn.has("all"));
  if (end.status === null || end.status < 400) return false;
  return retryOn.has("all") || retryOn.has(end.status >= 500 ? "5xx" : "4xx");
}
