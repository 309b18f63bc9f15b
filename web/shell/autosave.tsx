/** Keeps what is typed: once typing rests, when the form is left or the page hidden, and before anything is sent. */
import { useSyncExternalStore } from "react";
import { sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { type DeskApi, useApi } from "./desk-api.ts";
import { createKeeper, type Keeper, type Typed } from "./keeper.ts";

/** Of one kind of things, the keeper of each by its id: whoever asks gets the same one. */
type Keepers<T> = (id: string, api: DeskApi, say: ReturnType<typeof useToast>) => Keeper<T>;

/**
 * @param place where it is typed, for whoever has left it when it is refused: "under 10DLC compliance"
 * @param keep has the server keep it; `outlives`: whether the page may be gone before the answer comes
 */
export function createKeepers<T extends object>(
  place: string,
  keep: (api: DeskApi, id: string, value: T, outlives: boolean) => Promise<void>,
): Keepers<T> {
  const keepers = new Map<string, Keeper<T>>();
  return (id, api, say) => {
    const keeper =
      keepers.get(id) ??
      createKeeper<T>(
        (value, outlives) => keep(api, id, value, outlives),
        (problem) => say(`What you typed ${place} is not saved: ${sentenceOf(problem)}`, { bad: true }),
      );
    keepers.set(id, keeper);
    return keeper;
  };
}

export type Autosave<T> = Typed<T> & Pick<Keeper<T>, "type" | "save">;

/** What is typed into the thing with this id, and whether it is kept. */
export function useAutosave<T extends object>(keepers: Keepers<T>, id: string): Autosave<T> {
  const { watch, now, type, save } = keepers(id, useApi(), useToast());
  return { ...useSyncExternalStore(watch, now), type, save };
}

/** Whether what is typed is kept. */
export function SaveState({ of: { state } }: { of: Pick<Autosave<object>, "state"> }) {
  return (
    <p role="status" className="text-sm text-ink-3">
      {state === "saving" || state === "typing" ? "Saving" : state === "saved" ? "Saved" : ""}
    </p>
  );
}

/** What kept it from being kept, with a way to try again. */
export function SaveProblem({ of: { state, problem, save } }: { of: Omit<Autosave<object>, "type"> }) {
  if (state !== "failed") return null;
  return (
    <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-bad">
      Not saved: {sentenceOf(problem)} <Button onClick={() => void save().catch(() => {})}>Save again</Button>
    </p>
  );
}
