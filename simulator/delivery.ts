import { tellStatus } from "./callbacks.ts";
import { sleepUntil } from "./clock.ts";
import { decideOutcome } from "./faults.ts";
import { queueIsFull, takeSlot } from "./lanes.ts";
import { DEFAULT_PACING, type Message, type MessageStatus, type MessagingService } from "./model.ts";
import { fetchFiles } from "./outbound-files.ts";
import { pickName, pickSender } from "./senders.ts";
import { background, isBlocked, putOnPhone, type World } from "./world.ts";

export function setStatus(
  world: World,
  message: Message,
  status: MessageStatus,
  errorCode: number | null = null,
): void {
  message.status = status;
  message.errorCode = errorCode;
  message.updatedAt = world.clock.now();
  tellStatus(world, message);
}

/**
 * Carries a message that was taken as `queued` (by its sender), `accepted` (by a service) or `scheduled` (by a service,
 * for `sendAt`) to its end, in the background.
 */
export function startDelivery(world: World, message: Message, sendAt: Date | null): void {
  const service = message.serviceSid === null ? undefined : world.services.get(message.serviceSid);
  if (service === undefined) {
    const sender = message.from ?? "";
    const slotMs = takeSlot(world, message, sender);
    background(world, (signal) => travel(world, message, sender, slotMs, signal));
    return;
  }
  background(world, async (signal) => {
    if (sendAt !== null) await sleepUntil(world.clock, sendAt.getTime(), signal);
    // The answer that says `accepted` goes before the message moves on.
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    if (message.status === "canceled") return;
    const sender = leaveService(world, service, message);
    if (sender === null) return;
    await travel(world, message, sender, takeSlot(world, message, sender), signal);
  });
}

/** A service's own checks, which come after it has accepted the message: a sender, an opt-out, a full line. */
function leaveService(world: World, service: MessagingService, message: Message): string | null {
  const name = pickName(service, message.to);
  const sender = message.from ?? pickSender(world, service, message.to)?.phoneNumber ?? name;
  message.from = sender;
  const number = sender === null ? undefined : world.numbers.get(sender);
  if (sender === null || (number === undefined && sender !== name)) setStatus(world, message, "failed", 21703);
  else if (number !== undefined && isBlocked(world, number, message.to)) setStatus(world, message, "failed", 21610);
  else if (queueIsFull(world, sender)) setStatus(world, message, "failed", 30001);
  else {
    setStatus(world, message, "queued");
    return sender;
  }
  return null;
}

/** From the sender's line to the handset: queued, sending, sent, and the end that the outcome rules say. */
async function travel(
  world: World,
  message: Message,
  sender: string,
  slotMs: number,
  signal: AbortSignal,
): Promise<void> {
  const account = world.accounts.get(message.accountSid);
  const pacing = { ...DEFAULT_PACING, ...account?.pacing, ...world.numbers.get(sender)?.pacing };
  const expiresMs = Math.max(message.createdAt.getTime(), message.updatedAt.getTime()) + message.validitySeconds * 1000;
  await sleepUntil(world.clock, Math.min(slotMs, expiresMs), signal);
  if (slotMs > expiresMs) return setStatus(world, message, "failed", 30036);
  if (account?.status !== "active") return setStatus(world, message, "failed", 30002);
  message.status = "sending";
  if (message.media.length > 0 && !(await fetchFiles(message, signal)))
    return setStatus(world, message, "failed", 11200);
  const outcome = decideOutcome(world.outcomes, { account: message.accountSid, to: message.to, from: sender });
  await sleepUntil(world.clock, slotMs + pacing.sentAfterMs, signal);
  if (outcome.status === "failed") return setStatus(world, message, "failed", outcome.errorCode);
  message.sentAt = world.clock.now();
  setStatus(world, message, "sent");
  await sleepUntil(world.clock, slotMs + pacing.sentAfterMs + pacing.finalAfterMs, signal);
  if (outcome.status === "undelivered") return setStatus(world, message, "undelivered", outcome.errorCode);
  putOnPhone(world, message.to, {
    direction: "received",
    with: sender,
    body: message.body,
    mediaSids: message.media.map((media) => media.sid),
    messageSid: message.sid,
    automatic: false,
    receivedAt: message.receivedAt,
    arrivedAt: world.clock.now(),
  });
  if (outcome.status === "delivered") setStatus(world, message, "delivered");
}
