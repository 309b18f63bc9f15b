/** Keeps what is typed: once typing rests, when the page is left or hidden, and before anything is sent. The newest words last. */
import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "../api/problems.ts";
import { Button } from "../ui/button.tsx";

const REST_MS = 700;

export interface Autosave<T> {
  state: "rest" | "typing" | "saving" | "saved" | "failed";
  problem: unknown;
  type(value: T): void;
  /** Resolves when everything typed is kept. @throws what kept it from that */
  save(): Promise<void>;
}

export interface Keeping<T> {
  /** Has the server keep it. @param outlives whether the page may be gone before the answer comes */
  keep(value: T, outlives: boolean): Promise<void>;
  /** Shows it to whoever comes back before it is kept. */
  showMeanwhile(value: T): void;
}

/** Of one thing: whoever shows another one with the same component gives it a `key`. */
export function useAutosave<T extends object>(keeping: Keeping<T>): Autosave<T> {
  const [state, setState] = useState<Autosave<T>["state"]>("rest");
  const [problem, setProblem] = useState<unknown>(null);
  const waiting = useRef<T | null>(null);
  const timer = useRef(0);
  /** One save after the other. */
  const running = useRef<Promise<void>>(Promise.resolve());
  const latest = useRef(keeping);
  latest.current = keeping;

  async function keepAll(): Promise<void> {
    window.clearTimeout(timer.current);
    try {
      while (waiting.current) {
        const value = waiting.current;
        setState("saving");
        await latest.current.keep(value, document.visibilityState === "hidden");
        if (waiting.current === value) waiting.current = null;
        setState("saved");
      }
    } catch (error) {
      setProblem(error);
      setState("failed");
      throw error;
    }
  }
  function save(): Promise<void> {
    const next = running.current.catch(() => {}).then(keepAll);
    running.current = next;
    return next;
  }
  const quietly = useRef(() => {});
  quietly.current = () => void save().catch(() => {}); // it is shown, with a way to try again

  useEffect(() => {
    const leave = () => document.visibilityState === "hidden" && waiting.current && quietly.current();
    document.addEventListener("visibilitychange", leave);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      if (!waiting.current) return;
      latest.current.showMeanwhile(waiting.current);
      quietly.current();
    };
  }, []);

  return {
    ...{ state, problem, save },
    type(value) {
      waiting.current = value;
      setState("typing");
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => quietly.current(), REST_MS);
    },
  };
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
