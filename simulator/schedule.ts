import { TwilioError } from "./errors.ts";

/** How far ahead SendAt may lie: 300 seconds to 35 days (reference, section 3; error 35115). */
const SOONEST_MS = 300_000;
const LATEST_MS = 3_024_000_000;

/** When a message is to be sent, or null for now. Refuses what Twilio's scheduler refuses (35111 to 35126). */
export function readSchedule(form: URLSearchParams, serviceSid: string | null, now: Date): Date | null {
  const type = form.get("ScheduleType");
  const text = form.get("SendAt");
  if (!type && !text) return null;
  if (serviceSid === null) throw new TwilioError(35118);
  if (!text) throw new TwilioError(35111);
  if (!type) throw new TwilioError(35117);
  if (type !== "fixed") throw new TwilioError(35126);
  const sendAt = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(sendAt.getTime())) throw new TwilioError(35114);
  const aheadMs = sendAt.getTime() - now.getTime();
  if (aheadMs < SOONEST_MS || aheadMs > LATEST_MS) throw new TwilioError(35115);
  return sendAt;
}
