/** What a misspelt word may have meant. */

/**
 * How many slips make one word of the other: a letter left out, doubled, added, or swapped with its neighbour. Another
 * letter in its place counts two: in short words it more often makes another word (worse, works) than a slip.
 */
export function slipsBetween(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const kept = one[i - 1] === other[j - 1] ? (last[j - 1] ?? 0) : Number.POSITIVE_INFINITY;
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, kept, swapped));
    }
    before = last;
    last = row;
  }
  return last[other.length] ?? 0;
}

/** One slip is forgiven in a word of four letters or more, two from eight on; none in what holds a digit. */
const forgiven = (word: string): number => (word.length < 4 || /\d/.test(word) ? 0 : word.length < 8 ? 1 : 2);

/** What is nearest to a word as it was typed; of equals the first. Null where nothing is near enough. */
export function meant<C extends { typed: string; similar: string }>(candidates: readonly C[]): C | null {
  let best: C | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const { typed, similar } = candidate;
    if (typed[0] !== similar[0] || Math.abs(typed.length - similar.length) > 2) continue;
    const slips = slipsBetween(typed, similar);
    if (slips <= forgiven(typed) && slips < least) {
      best = candidate;
      least = slips;
    }
  }
  return best;
}
