import { withQuery } from "../api/client.ts";
import { useMe } from "../shell/session.ts";

const LINK =
  "font-medium text-accent underline underline-offset-2 max-md:inline-flex max-md:min-h-11 max-md:items-center";

/** All of it to print or to hand over: a page for people, data for whoever checks the chain. */
export function EvidencePack({ contactId }: { contactId: string }) {
  const { workspaceId: workspace } = useMe();
  const address = (format: string) => withQuery(`/api/contacts/${contactId}/evidence`, { format, workspace });
  return (
    <p className="mt-3 flex flex-wrap gap-x-3 border-t pt-2.5 text-sm">
      <a href={address("html")} target="_blank" rel="noreferrer" className={LINK}>
        Evidence to print
      </a>
      <a href={address("json")} download className={LINK}>
        As data
      </a>
    </p>
  );
}
