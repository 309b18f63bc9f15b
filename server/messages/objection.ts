/** One thing that stands against a message, and what follows from it. */
export type Objection = { code: string; message: string } & (
  | { effect: "refuse"; field?: string; more?: Record<string, unknown> }
  | { effect: "suppress" }
  /** Time heals it. */
  | { effect: "hold"; until: Date }
);
