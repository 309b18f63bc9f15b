import { Link, Outlet } from "@tanstack/react-router";
import { PageFrame } from "../shell/page-frame.tsx";
import { useMay } from "../shell/session.ts";

const TAB =
  "rounded-sm px-2.5 py-1 text-sm font-medium whitespace-nowrap text-ink-3 hover:text-ink max-md:py-2.5 aria-[current=page]:bg-sunken aria-[current=page]:text-ink";

export function SettingsPage() {
  const may = useMay();
  return (
    <PageFrame title="Settings">
      <nav aria-label="Settings" className="mb-6 flex gap-0.5 overflow-x-auto border-b pb-1.5">
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
      </nav>
      <Outlet />
    </PageFrame>
  );
}
