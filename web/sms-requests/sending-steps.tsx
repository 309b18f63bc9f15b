import type { SmsRequest } from "../../contract/sms-requests.ts";
import { Steps } from "../ui/steps.tsx";

type Step = NonNullable<SmsRequest["step"]>;

const WORDS: ReadonlyArray<readonly [Step, string]> = [
  ["address", "Give Twilio the address"],
  ["end_user", "Say who the number is for"],
  ["documents", "Hand in the documents"],
  ["bundle", "Open a bundle for them"],
  ["assignments", "Put them into it"],
  ["evaluation", "Have Twilio check it"],
  ["submission", "Hand it to Twilio’s reviewers"],
];

/** How far it is on its way. It goes on by itself, also after a failure or a restart. */
export function SendingSteps({ request: { step, goal, asked, problem } }: { request: SmsRequest }) {
  const addressAlone = asked.endUser.length === 0 && asked.documents.length === 0;
  const shown = WORDS.filter(([name]) =>
    addressAlone ? name === "address" : goal === "review" || name !== "submission",
  );
  const at = shown.findIndex(([name]) => name === step);
  return (
    <div role="status" className="grid gap-2">
      <Steps steps={shown.map(([, words]) => words)} done={at} busy />
      <p className="text-sm text-ink-3">{problem ? "It waits, and goes on by itself." : ""} You need not wait here.</p>
    </div>
  );
}
