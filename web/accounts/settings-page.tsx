import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { PageFrame } from "../shell/page-frame.tsx";
import { useMay } from "../shell/session.ts";

const TAB =
  "rounded-sm px-2.5 py-1 text-sm font-medium whitespace-nowrap text-ink-3 hover:text-ink max-md:py-2.5 aria-[current=page]:bg-sunken aria-[current=page]:text-ink";

export function SettingsPage() {
  const may = useMay();
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the row is longer than the screen: where one is has to be seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place is another tab
  useEffect(() => {
    tabs.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [pathname]);
  return (
    <PageFrame title="Settings">
      <nav ref={tabs} aria-label="Settings" className="mb-6 flex gap-0.5 overflow-x-auto border-b pb-1.5">
        <Link to="/settings/workspace" className={TAB}>
          Workspace
        </Link>
        <Link to="/settings/members" search={{ dialog: undefined }} className={TAB}>
          Members
        </Link>
        {may("sms.manage") && (
          <Link to="/settings/voice" search={{}} className={TAB}>
            Voice
          </Link>
        )}
        {may("sms.manage") && (
          <Link to="/settings/sms-requests" search={{ dialog: undefined }} className={TAB}>
            SMS Requests
          </Link>
        )}
        <Link to="/settings/consent" className={TAB}>
          Consent
        </Link>
        {may("apikeys.manage") && (
          <Link to="/settings/api-keys" search={{ dialog: undefined }} className={TAB}>
            API keys
          </Link>
        )}
        <Link to="/settings/security" search={{ dialog: undefined }} className={TAB}>
          Security
        </Link>
        {may("audit.read") && (
          <Link to="/settings/audit" search={{}} className={TAB}>
            Audit log
          </Link>
        )}
      </nav>
      <Outlet />
    </PageFrame>
  );
}
