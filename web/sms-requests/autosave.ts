/** Keeps what is typed: once typing rests, when the page is left or hidden, and before anything is sent. The newest words last. */
import { useEffect, useRef, useState } from "react";
import type { Papers, SmsRequest } from "../../contract/sms-requests.ts";
import { keys } from "../api/keys.ts";
import { useApi } from "../shell/desk-api.ts";

const REST_MS = 700;

export interface Autosave {
  state: "rest" | "typing" | "saving" | "saved" | "failed";
  problem: unknown;
  type(papers: Papers): void;
  /** Resolves when everything typed is kept. @throws what kept it from that */
  save(): Promise<void>;
}

export function useAutosave(id: string): Autosave {
  const { client, cache } = useApi();
  const [state, setState] = useState<Autosave["state"]>("rest");
  const [problem, setProblem] = useState<unknown>(null);
  const waiting = useRef<Papers | null>(null);
  const timer = useRef(0);
  /** One save after the other. */
  const running = useRef<Promise<void>>(Promise.resolve());

  async function keepAll(): Promise<void> {
    window.clearTimeout(timer.current);
    try {
      while (waiting.current) {
        const papers = waiting.current;
        setState("saving");
        const kept = await client.ask<SmsRequest>(`/api/sms-requests/${id}`, {
          method: "PATCH",
          body: { papers },
          outlives: document.visibilityState === "hidden",
        });
        if (waiting.current === papers) waiting.current = null;
        cache.setQueryData(keys.smsRequest(id), kept);
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
    const forNow = () => {
      const papers = waiting.current;
      if (papers) cache.setQueryData<SmsRequest>(keys.smsRequest(id), (was) => was && { ...was, papers });
    };
    document.addEventListener("visibilitychange", leave);
    return () => {
      document.removeEventListener("visibilitychange", leave);
      if (!waiting.current) return;
      forNow(); // whoever comes back before it is kept finds it
      quietly.current();
    };
  }, [cache, id]);

  return {
    ...{ state, problem, save },
    type(papers) {
      waiting.current = papers;
      setState("typing");
      window.clearTimeout(timer.current);
      timer.current = window.setTimeout(() => quietly.current(), REST_MS);
    },
  };
}
