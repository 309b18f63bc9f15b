/** What the things are called whose ids stand in the fields of the log. */
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";

/** Names by id, of what is still there. */
export function useNames(): ReadonlyMap<string, string> {
  const { queries } = useApi();
  const may = useMay();
  const agents = useQuery(queries.agents());
  const bases = useQuery(queries.knowledgeBases());
  const models = useQuery({ ...queries.models(), enabled: may("agents.write") });
  const all = [...(agents.data ?? []), ...(bases.data ?? []), ...(models.data ?? [])];
  return new Map(all.map(({ id, name }) => [id as string, name]));
}
