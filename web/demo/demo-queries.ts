/** What the phone asks the server, and how often. */
import { queryOptions } from "@tanstack/react-query";
import type { DemoPhones, DemoPhoneTexts } from "../../contract/demo.ts";
import type { Client } from "../api/client.ts";
import { keys } from "../api/keys.ts";

/**
 * What the desk does shows in its events, and each of them looks at the phone again. The simulator itself has none: a text
 * that is just arriving is seen at the next look, which comes while somebody has the page before them.
 */
const LOOK_AGAIN_MS = 2500;

export const createDemoQueries = (client: Client) => ({
  phones: () =>
    queryOptions({
      queryKey: keys.demoPhones,
      queryFn: ({ signal }) => client.ask<DemoPhones>("/api/demo/phones", { signal }),
    }),
  texts: (number: string) =>
    queryOptions({
      queryKey: keys.demoTexts(number),
      queryFn: ({ signal }) => client.ask<DemoPhoneTexts>(`/api/demo/phones/${encodeURIComponent(number)}`, { signal }),
      refetchInterval: LOOK_AGAIN_MS,
    }),
});
