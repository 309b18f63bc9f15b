import { Link } from "@tanstack/react-router";
import { Empty } from "../ui/state.tsx";

export function Lost() {
  return (
    <main className="grid h-full place-items-center bg-surface">
      <Empty
        title="There is nothing at this address"
        act={
          <Link to="/inbox" search={{}} className="text-sm font-medium text-accent underline underline-offset-2">
            Go to the inbox
          </Link>
        }
      >
        It may have been moved, or the link was cut short.
      </Empty>
    </main>
  );
}
