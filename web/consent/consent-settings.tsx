import { useQuery } from "@tanstack/react-query";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { HouseRules } from "./house-rules.tsx";
import { Laws } from "./laws.tsx";
import { Proofs } from "./proofs.tsx";
import { StopLists } from "./stop-lists.tsx";

/** When and how often somebody may be texted unasked, who may not be at all, and the proof of it. */
export function ConsentSettings() {
  const { queries } = useApi();
  const rules = useQuery(queries.sendingRules());
  return (
    <div className="grid grid-cols-1 gap-10">
      {rules.data ? (
        <>
          <HouseRules key={rules.dataUpdatedAt} rules={rules.data} />
          <Laws laws={rules.data.laws} />
        </>
      ) : rules.isError ? (
        <Failed again={() => void rules.refetch()}>{sentenceOf(rules.error)}</Failed>
      ) : (
        <Skeleton className="h-80 w-full max-w-[40rem]" />
      )}
      <StopLists />
      <Proofs />
    </div>
  );
}
