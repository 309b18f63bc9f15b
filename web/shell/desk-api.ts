/** The client, the questions and the cache as this page uses them. */
import { QueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Client, createClient, Refused } from "../api/client.ts";
import { createQueries, type Queries } from "../api/queries.ts";
import { memory } from "./page.ts";

export interface DeskApi {
  client: Client;
  queries: Queries;
  cache: QueryClient;
}

export function createDeskApi(signedOut: () => void): DeskApi {
  const client = createClient({
    headers() {
      const workspace = memory.get("workspace");
      return workspace ? { "parley-workspace": workspace } : {};
    },
    signedOut,
    // What the server answers is held against the contract while developing; production does not load the schemas.
    ...(import.meta.env.DEV
      ? {
          check: async (method: string, path: string, answer: unknown) =>
            (await import("../api/answers.ts")).checkAnswer(method, path, answer),
        }
      : {}),
  });
  const cache = new QueryClient({
    defaultOptions: {
      queries: {
        // Events say what is old; nothing is fetched again only because time has passed.
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        retry: (tries, error) => tries < 2 && !(error instanceof Refused && error.problem.status < 500),
        retryDelay: (tries) => 400 * 2 ** tries,
      },
      mutations: { networkMode: "always" },
    },
  });
  return { client, cache, queries: createQueries(client) };
}

export const DeskApiContext = createContext<DeskApi | null>(null);

export function useApi(): DeskApi {
  const api = useContext(DeskApiContext);
  if (!api) throw new Error("a page outside of the app");
  return api;
}
