/** Waiting for a number that is being bought. */
import { QueryObserver } from "@tanstack/react-query";
import type { Activation } from "../../contract/activations.ts";
import { Refused } from "../api/client.ts";
import type { DeskApi } from "../shell/desk-api.ts";

const PATIENCE_MS = 90_000;

const isOver = ({ channelId, settledAt }: Activation): boolean => channelId !== null || settledAt !== null;

/** It goes on by itself: what stands between is said while it lasts, in its own words. */
export const PURCHASE_UNDER_WAY = "purchase_under_way";

const refusal = (code: string, detail: string) =>
  new Refused({ type: "about:blank", title: "Not bought", status: 422, code, detail });

/**
 * The channel of a number that is being bought. The event `activation.changed` has it fetched anew.
 * @throws Refused with the activation's own reason where it was not bought, and `purchase_under_way` after a minute and a half
 */
export async function channelOfPurchase(
  { cache, queries }: Pick<DeskApi, "cache" | "queries">,
  id: string,
): Promise<string> {
  const { channelId, problem } = await whenOver(new QueryObserver(cache, { ...queries.activation(id), staleTime: 0 }));
  if (channelId) return channelId;
  throw refusal(
    problem?.code ?? "number_gone",
    problem?.message ?? "The number could not be bought. Pick another one.",
  );
}

const whenOver = (observer: QueryObserver<Activation>): Promise<Activation> =>
  new Promise((resolve, reject) => {
    const late = window.setTimeout(() => {
      stop();
      const why = observer.getCurrentResult().data?.problem?.message ?? "Twilio takes longer than usual.";
      reject(
        refusal(
          PURCHASE_UNDER_WAY,
          `${why} Nothing is lost if you close this: the number is connected here once it is yours.`,
        ),
      );
    }, PATIENCE_MS);
    const stop = observer.subscribe(look);
    function look({ data, error }: { data: Activation | undefined; error: Error | null }): void {
      const over = data && isOver(data);
      if (!over && !error) return;
      window.clearTimeout(late);
      stop();
      if (over) resolve(data);
      else reject(error);
    }
  });
