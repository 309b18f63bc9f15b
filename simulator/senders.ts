import { queueMs } from "./lanes.ts";
import type { AlphaSender, MessagingService, OwnedNumber } from "./model.ts";
import type { World } from "./world.ts";

/** Its phone numbers and short codes. */
export function numbersOf(world: World, service: MessagingService): OwnedNumber[] {
  return [...world.numbers.values()].filter((number) => number.serviceSid === service.sid);
}

export function joinService(world: World, service: MessagingService, number: OwnedNumber): void {
  number.serviceSid = service.sid;
  number.addedToServiceAt = world.clock.now();
}

export function leaveService(number: OwnedNumber): void {
  number.serviceSid = null;
  number.addedToServiceAt = null;
}

export function addAlphaSender(world: World, service: MessagingService, name: string): AlphaSender {
  const added = { sid: world.sids.sid("AI"), name, createdAt: world.clock.now() };
  service.alphaSenders.push(added);
  return added;
}

/** The name that a service sends by where none of its numbers does; North America has no such senders. */
export function pickName(service: MessagingService, to: string): string | null {
  return to.startsWith("+1") ? null : (service.alphaSenders[0]?.name ?? null);
}

/**
 * The sender that a Messaging Service picks (reference, "Throughput"): the one this recipient knows (sticky sender), else
 * one of its country, of its area code where the service matches those, with the shortest line. null: none can text.
 */
export function pickSender(world: World, service: MessagingService, to: string): OwnedNumber | null {
  const able = numbersOf(world, service).filter((number) => number.capabilities.sms);
  const known = able.find((number) => number.phoneNumber === service.sticky.get(to));
  if (service.stickySender && known !== undefined) return known;
  const likeness = (number: OwnedNumber): number => {
    if (service.areaCodeGeomatch && number.phoneNumber.slice(0, 5) === to.slice(0, 5)) return 2;
    return number.phoneNumber.slice(0, 2) === to.slice(0, 2) ? 1 : 0;
  };
  const [best] = able.sort(
    (one, other) =>
      likeness(other) - likeness(one) || queueMs(world, one.phoneNumber) - queueMs(world, other.phoneNumber),
  );
  if (best === undefined) return null;
  service.sticky.set(to, best.phoneNumber);
  return best;
}
