/** What a run prints: one line a goal, the ratio first, absolute numbers beside it as context. */
import type { Cpu } from "./processes.ts";

export interface Figure {
  what: string;
  /** What was measured, and the floor or limit it stands against, in words with units. */
  measured: string;
  against: string;
  ratio: number;
  /** `below`: the ratio may be at most the goal; `above`: at least. Null: context alone. */
  goal: { is: "above" | "below"; of: number } | null;
}

/** Processor time for one message: what a busy machine disturbs less than a rate. Context, never a goal. */
export function cpuFigure(what: string, each: Cpu, floorMs: number): Figure {
  const total = each.server + each.postgres;
  return {
    what,
    measured: `${total.toFixed(2)} ms (Node ${each.server.toFixed(2)}, PostgreSQL ${each.postgres.toFixed(2)})`,
    against: `floor ${floorMs.toFixed(2)} ms`,
    ratio: total / floorMs,
    goal: null,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Whether a figure's goal is met; what has no goal is. What could not be measured (NaN) is not. */
export function isMet({ goal, ratio }: Figure): boolean {
  if (!goal) return true;
  return goal.is === "above" ? ratio >= goal.of : ratio <= goal.of;
}

export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ["what", "measured", "against", "ratio", "goal", "met"],
    ...figures.map((figure) => [
      figure.what,
      figure.measured,
      figure.against,
      figure.ratio.toFixed(2),
      figure.goal ? `${figure.goal.is === "above" ? ">=" : "<="} ${figure.goal.of}` : "",
      figure.goal ? (isMet(figure) ? "yes" : "NO") : "",
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
