/** What the things are called whose ids stand in the fields of the log. */
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";

export interface Names {
  byId: ReadonlyMap<string, string>;
  /** Whether all of them are known, so that what is not among them is not there any more. */
  areAll: boolean;
}

export function useNames(): Names {
  const { queries } = useApi();
  const may = useMay();
  const agents = useQuery(queries.agents());
  const bases = useQuery(queries.knowledgeBases());
  const models = useQuery({ ...queries.models(), enabled: may("agents.write") });
  const all = [...(agents.data ?? []), ...(bases.data ?? []), ...(models.data ?? [])];
  return {
    byId: new Map(all.map(({ id, name }) => [id as string, name])),
    areAll: agents.isSuccess && bases.isSuccess && models.isSuccess,
  };
}
