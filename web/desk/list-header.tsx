import { CheckSquare, SquarePen } from "lucide-react";
import { lazy, Suspense } from "react";
import { useMay } from "../shell/session.ts";
import { IconButton } from "../ui/button.tsx";
import { useDialogs } from "./dialogs.ts";
import { usePicking } from "./inbox-keys.ts";
import type { InboxSearch } from "./inbox-search.ts";
import { MoreFilters, Narrowed } from "./more-filters.tsx";
import { SearchBox } from "./search-box.tsx";
import { Views } from "./views.tsx";

const PickBar = lazy(async () => ({ default: (await import("./pick-bar.tsx")).PickBar }));

/** What stands over the list: its name and acts, the search, the views; or what to do with what is picked. */
export function ListHeader({ search }: { search: InboxSearch }) {
  const may = useMay();
  const dialogs = useDialogs();
  const picking = usePicking(search);
  return (
    <>
      {picking.on ? (
        <Suspense fallback={<div className="h-[91px]" />}>
          <PickBar search={search} picking={picking} />
        </Suspense>
      ) : (
        <header className="flex items-center gap-1 px-3.5 pt-3 pb-2 max-md:pr-1">
          <h1 className="flex-1 text-xl font-[650] tracking-tight">Inbox</h1>
          {may("inbox.reply") && (
            <IconButton label="Pick several" hint="X" className="md:hidden" onClick={picking.begin}>
              <CheckSquare aria-hidden />
            </IconButton>
          )}
          <MoreFilters search={search} />
          {may("inbox.reply") && (
            <IconButton label="New conversation" hint="C" onClick={() => dialogs.open("new")}>
              <SquarePen aria-hidden />
            </IconButton>
          )}
        </header>
      )}
      {!picking.on && <SearchBox search={search} />}
      {!search.q && <Views search={search} />}
      {!search.q && <Narrowed search={search} />}
    </>
  );
}
