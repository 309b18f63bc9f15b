import { ControlError } from "./errors.ts";
import { type Bundle, type BundleStatus, documentsIn } from "./paper-model.ts";
import { regulationAt } from "./regulations.ts";
import { background, type World } from "./world.ts";

/** Twilio's reviewers of bundles, played from outside. */

export type Review = {
  status: "in-review" | "twilio-approved" | "provisionally-approved" | "twilio-rejected";
  /** What is wrong, of a rejected one. */
  reason?: string;
  /** Which document it is wrong with: the first unless said otherwise. */
  documentSid?: string;
};

export type BundleView = {
  sid: string;
  accountSid: string;
  friendlyName: string;
  status: BundleStatus;
  /** Its regulation, such as "Germany: Local - Business". */
  regulation: string;
  items: string[];
};

export const bundleViews = (world: World): BundleView[] => [...world.files.bundles.values()].map(bundleView);

/** Only what was submitted is reviewed; an approval may be taken back. */
export function review(world: World, sid: string, { status, reason, documentSid }: Review): BundleView {
  const bundle = world.files.bundles.get(sid);
  if (bundle === undefined) throw new ControlError("bundle", `there is no bundle ${sid}`, 404);
  if (bundle.status === "draft" || bundle.status === "twilio-rejected")
    throw new ControlError("bundle", `${sid} is ${bundle.status}: its owner has to submit it first`, 409);
  const documents = documentsIn(world.files, bundle);
  const wrong = documentSid === undefined ? documents[0] : documents.find((each) => each.sid === documentSid);
  if (documentSid !== undefined && wrong === undefined)
    throw new ControlError("documentSid", `${sid} holds no document ${documentSid}`);
  if ((status === "twilio-rejected") !== (reason !== undefined))
    throw new ControlError("reason", "goes with twilio-rejected, and is needed there");
  if (status !== "in-review") {
    const verdict = status === "provisionally-approved" ? status : "approved";
    for (const document of documents) Object.assign(document, { status: verdict, failureReason: null });
    if (status === "twilio-rejected" && wrong) Object.assign(wrong, { status: "rejected", failureReason: reason });
  }
  Object.assign(bundle, { status, updatedAt: world.clock.now() });
  return bundleView(bundle);
}

/** Where nobody plays the reviewers, they take up a bundle after half of their time, and approve of it after the other. */
export function reviewByItself(world: World, { sid }: Bundle): void {
  const { reviewsAfterMs } = world;
  if (reviewsAfterMs === null) return;
  background(world, async (signal) => {
    for (const [from, status] of [
      ["pending-review", "in-review"],
      ["in-review", "twilio-approved"],
    ] as const) {
      await world.clock.sleep(reviewsAfterMs / 2, signal);
      if (world.files.bundles.get(sid)?.status === from) review(world, sid, { status });
    }
  });
}

const bundleView = ({ sid, accountSid, friendlyName, status, regulationSid, items }: Bundle): BundleView => ({
  ...{ sid, accountSid, friendlyName, status },
  regulation: regulationAt(regulationSid)?.friendlyName ?? "",
  items: items.map(({ objectSid }) => objectSid),
});
