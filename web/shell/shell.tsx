import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { Bot, Inbox, Megaphone, Settings, WifiOff, Zap } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { cx } from "../ui/cx.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { useApi } from "./desk-api.ts";
import { useKeys } from "./keyboard.ts";
import { useLine } from "./live-connection.ts";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));
const KeyboardSheet = lazy(async () => ({ default: (await import("./keyboard-sheet.tsx")).KeyboardSheet }));

const PLACES = [
  { to: "/inbox", name: "Inbox", icon: Inbox },
  { to: "/quick-replies", name: "Quick replies", icon: Zap },
  { to: "/agents", name: "Agents", icon: Bot },
  { to: "/account/channels", name: "Channels", icon: Megaphone },
  { to: "/settings", name: "Settings", icon: Settings },
] as const;

/** How many conversations have something new; "99+" from a hundred on. */
function useUnread(): string | null {
  const { queries } = useApi();
  const { data: { unread = 0 } = {} } = useQuery(queries.counts());
  return unread > 0 ? (unread > 99 ? "99+" : String(unread)) : null;
}

export function Shell() {
  const [sheet, setSheet] = useState<"palette" | "keys" | null>(null);
  useKeys({ "?": () => setSheet("keys") });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setSheet((open) => (open === "palette" ? null : "palette"));
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);

  return (
    <div className="flex h-dvh flex-col bg-canvas">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-sm focus:bg-raised focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <Line />
      <div className="flex min-h-0 flex-1 max-md:flex-col-reverse">
        <Rail showKeys={() => setSheet("keys")} />
        <div id="main" tabIndex={-1} className="min-h-0 min-w-0 flex-1 outline-none">
          <Outlet />
        </div>
      </div>
      {sheet === "palette" && (
        <Suspense>
          <Palette onClose={() => setSheet(null)} showKeys={() => setSheet("keys")} />
        </Suspense>
      )}
      {sheet === "keys" && (
        <Suspense>
          <KeyboardSheet onClose={() => setSheet(null)} />
        </Suspense>
      )}
    </div>
  );
}

function Rail({ showKeys }: { showKeys(): void }) {
  const unread = useUnread();
  return (
    <nav
      aria-label="Main"
      className="flex w-[52px] shrink-0 flex-col items-center gap-1 py-3 max-md:w-full max-md:flex-row max-md:justify-around max-md:border-t max-md:bg-surface max-md:py-1 max-md:[body:has([data-screen=thread])_&]:hidden"
    >
      <Link
        to="/inbox"
        search={{}}
        aria-label="Parley, to the inbox"
        className="mb-3 grid size-[30px] place-items-center rounded-md bg-accent text-lg font-bold text-accent-ink max-md:hidden"
      >
        P
      </Link>
      {PLACES.map(({ to, name, icon: Icon }) => (
        <RailPlace key={to} to={to} name={name} count={to === "/inbox" ? unread : null}>
          <Icon aria-hidden className="size-[18px]" strokeWidth={1.7} />
        </RailPlace>
      ))}
      <div className="mt-auto max-md:mt-0">
        <AccountMenu showKeys={showKeys} />
      </div>
    </nav>
  );
}

function RailPlace({
  to,
  name,
  count,
  children,
}: {
  to: (typeof PLACES)[number]["to"];
  name: string;
  count: string | null;
  children: ReactNode;
}) {
  return (
    <Tooltip text={name} side="right">
      <Link
        to={to}
        search={{}}
        aria-label={count ? `${name}, ${count} unread` : name}
        className="relative grid size-9 place-items-center rounded-md text-ink-3 transition-colors duration-100 hover:text-ink max-md:size-11"
        activeProps={{ className: "bg-sunken text-ink", "aria-current": "page" }}
      >
        {children}
        {count && (
          <span
            aria-hidden
            className="absolute top-1 right-0.5 h-3.5 min-w-3.5 rounded-full bg-accent px-[3px] text-center text-[9.5px] leading-[14px] font-semibold text-accent-ink tabular"
          >
            {count}
          </span>
        )}
      </Link>
    </Tooltip>
  );
}

/** Says so while the line is down: what is shown may be old, what is written is kept. */
function Line() {
  const line = useLine();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (line === "live") return;
    const timer = setTimeout(() => setLate(true), 1500);
    return () => clearTimeout(timer);
  }, [line]);
  const shown = line !== "live" && late;
  return (
    <div
      role="status"
      className={cx(shown && "flex items-center justify-center gap-2 bg-warn-soft px-3 py-1 text-sm text-warn")}
    >
      {shown && (
        <>
          <WifiOff aria-hidden className="size-3.5" />
          No connection to Parley. What you see may be old; it catches up by itself.
        </>
      )}
    </div>
  );
}
