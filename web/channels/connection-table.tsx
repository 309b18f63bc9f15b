import { useQuery } from "@tanstack/react-query";
import type { Connection } from "../../contract/channels.ts";
import { useApi } from "../shell/desk-api.ts";
import { Head, SortHead, Table } from "../ui/table.tsx";
import { ConnectionRow } from "./connection-row.tsx";
import { senderOf } from "./connection-words.ts";
import { useWorkspaceName } from "./workspace-name.ts";

const COLUMNS = ["number", "workspace", "knowledge"] as const;
type Column = (typeof COLUMNS)[number];

const TITLES: Record<Column, string> = {
  number: "Phone number",
  workspace: "Workspace",
  knowledge: "Knowledge base",
};

/** @param sort a column, or "-" and a column for downwards; as it stands in the address */
export function ConnectionTable({
  connections,
  sort = "",
  onSort,
  onEdit,
  onDelete,
}: {
  connections: Connection[];
  sort: string | undefined;
  onSort(sort: string | undefined): void;
  onEdit(connection: Connection): void;
  onDelete(connection: Connection): void;
}) {
  const { queries } = useApi();
  const workspace = useWorkspaceName();
  const { data: agents = [] } = useQuery(queries.agents());
  const down = sort.startsWith("-");
  const by = COLUMNS.find((each) => each === sort.replace("-", ""));
  const worth = (each: Connection): string =>
    by === "workspace" ? workspace : by === "knowledge" ? (each.knowledgeBase?.name ?? "") : senderOf(each);
  const sorted = by ? connections.toSorted((a, b) => worth(a).localeCompare(worth(b)) * (down ? -1 : 1)) : connections;
  return (
    <Table
      label="Channels"
      head={
        <>
          {COLUMNS.map((each) => (
            <SortHead
              key={each}
              sorted={by !== each ? "none" : down ? "descending" : "ascending"}
              onSort={() => onSort(by === each && !down ? `-${each}` : each)}
            >
              {TITLES[each]}
            </SortHead>
          ))}
          <Head className="w-48">Agent</Head>
          <Head>Active</Head>
          <Head>
            <span className="sr-only">Actions</span>
          </Head>
        </>
      }
    >
      {sorted.map((each) => (
        <ConnectionRow
          key={each.id}
          connection={each}
          workspace={workspace}
          agents={agents}
          onEdit={() => onEdit(each)}
          onDelete={() => onDelete(each)}
        />
      ))}
    </Table>
  );
}
