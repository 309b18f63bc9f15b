/** Which known name somebody meant who mistyped one. */
import { distance } from "fastest-levenshtein";

/** The known name that takes the fewest changes, and at most one for each three letters; null where none is so near. */
export function nearName(typed: string, known: readonly string[]): string | null {
  let nearest: string | null = null;
  let fewest = Math.floor(typed.length / 3) + 1;
  for (const name of known) {
    const changes = distance(typed, name);
    if (changes < fewest) [nearest, fewest] = [name, changes];
  }
  return nearest;
}
