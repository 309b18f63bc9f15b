/** Names that staff type for people and things. */
import { z } from "zod";

/** Embeddings, overrides, isolates and marks of direction (Unicode UAX #9): they turn what stands after a name around too. */
const DIRECTIONS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name of one to `max` characters, without spaces around it and without what turns the text after it around. */
export const nameUpTo = (max: number) =>
  z
    .string()
    .overwrite((text) => text.replace(DIRECTIONS, ""))
    .trim()
    .min(1)
    .max(max);
