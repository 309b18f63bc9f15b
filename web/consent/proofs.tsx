import { useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import type { LedgerVerdict } from "../../contract/consent.ts";
import { withQuery } from "../api/client.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay, useMe } from "../shell/session.ts";
import { plural } from "../shell/words.ts";
import { Button } from "../ui/button.tsx";
import { Download } from "./download.tsx";
import { Section } from "./section.tsx";

/** The ledger as a whole: checked here, or taken away and checked by anybody. */
export function Proofs() {
  const { client } = useApi();
  const { workspaceId } = useMe();
  const may = useMay();
  const check = useMutation({
    mutationFn: () => client.ask<z.infer<typeof LedgerVerdict>>("/api/consent/verify", { method: "POST" }),
  });
  if (!may("consent.export")) return null;
  return (
    <Section
      title="The ledger"
      about="Every yes and every stop, each bound to the one before it, so that nothing can be changed unseen. One person’s part of it is in the evidence beside their conversation."
    >
      <div className="flex flex-wrap gap-2">
        <Button busy={check.isPending} onClick={() => check.mutate()}>
          Check the ledger
        </Button>
        <Download href={withQuery("/api/consent/export", { workspace: workspaceId })}>Export the ledger</Download>
      </div>
      <div role="status" className="text-sm">
        {check.isError && <p className="text-bad">{sentenceOf(check.error)}</p>}
        {check.data && <Verdict verdict={check.data} />}
      </div>
    </Section>
  );
}

const Verdict = ({ verdict: { valid, events, headHash, firstBreak } }: { verdict: z.infer<typeof LedgerVerdict> }) =>
  valid ? (
    <p className="break-words text-good">
      In order: {plural(events, "event")}, from the first to the last.{" "}
      <span className="font-mono text-xs text-ink-3">{headHash}</span>
    </p>
  ) : (
    <p className="text-bad">
      Broken at event {firstBreak?.seq}: {firstBreak?.reason}. Keep a copy of the database as it is now, and compare it
      with your last backup.
    </p>
  );
