/** Time gone by, once more: acts are put on an agenda, and done in their order, each at its own time. */
import { idMaker, type World } from "../platform/world.ts";

export interface Past {
  /** The world as it was; ids are of that time too. */
  readonly world: World;
  /** Puts an act on the agenda, at a time or as soon as that is past; nothing happens after the present. */
  at(time: Date, act: () => Promise<unknown>): void;
  /** Does everything on the agenda, what is added meanwhile too. */
  relive(): Promise<void>;
}

export function pastOf(world: World): Past {
  const present = world.now().getTime();
  let now = 0;
  const agenda: Array<{ time: number; act: () => Promise<unknown> }> = [];
  const then = () => new Date(now);
  return {
    world: { ...world, now: then, id: idMaker(then, world.bytes), sleep: async () => {} },
    at(time, act) {
      const due = Math.min(Math.max(time.getTime(), now), present);
      // Nearly sorted as it comes: looked for from the end.
      const next = agenda.findLastIndex((each) => each.time <= due) + 1;
      agenda.splice(next, 0, { time: due, act });
    },
    async relive() {
      for (let next = agenda.shift(); next; next = agenda.shift()) {
        now = next.time;
        await next.act();
      }
    },
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A time of day so many days before `now`, by the clocks of a time zone. @param time such as "09:30" */
export function daysBefore(now: Date, days: number, time: string, timeZone: string): Date {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
    hourCycle: "h23",
  });
  const read = (date: Date) => Date.parse(`${format.format(date).replace(", ", "T")}Z`);
  const day = new Date(read(now) - days * DAY_MS).toISOString().slice(0, 10);
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const guess = new Date(wanted);
  return new Date(wanted - (read(guess) - wanted));
}
