import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { CHANNELS } from "../../contract/channel-names.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { NOT_ALLOWED, useMay } from "../shell/session.ts";
import { channelLabel } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Empty, Failed } from "../ui/state.tsx";
import { AddChannelWizard } from "./add-channel-wizard.tsx";
import { ConnectionSettingsDialog } from "./connection-settings-dialog.tsx";
import { ConnectionTable } from "./connection-table.tsx";
import { Disconnect } from "./disconnect.tsx";
import { GiveUp, isBeingBought } from "./give-up.tsx";
import { HealthNotice } from "./health-notice.tsx";
import { Purchases } from "./purchases.tsx";

const TAB =
  "rounded-sm px-2.5 py-1 text-sm font-medium whitespace-nowrap text-ink-3 hover:text-ink max-md:py-2.5 aria-[current=page]:bg-sunken aria-[current=page]:text-ink";

export function ChannelsPage() {
  const { queries } = useApi();
  const may = useMay();
  const navigate = useNavigate();
  const { family: asked } = useParams({ strict: false });
  const family = CHANNELS.find((each) => each === asked) ?? null;
  const { dialog, sort } = useSearch({ strict: false });
  const channels = useQuery(queries.channels());
  const activations = useQuery({ ...queries.activations(), enabled: may("sms.manage") });
  const go = (search: { dialog: string | undefined; sort?: string | undefined }) =>
    void (family
      ? navigate({ to: "/account/channels/$family", params: { family }, search })
      : navigate({ to: "/account/channels", search }));
  const show = (next: string | undefined) => go({ dialog: next, sort });
  const wizardOpen = dialog === "connect" && may("channels.connect") && may("providers.manage");
  const add = (
    <Button
      look="primary"
      reason={may("channels.connect") && may("providers.manage") ? null : NOT_ALLOWED}
      onClick={() => show("connect")}
    >
      <Plus aria-hidden className="size-3.5" /> Add a channel
    </Button>
  );
  const shown = channels.data?.filter((each) => family === null || each.family === family);
  const ill = shown?.filter((each) => each.findings.length > 0) ?? [];
  const chosen = (act: string) => channels.data?.find((each) => dialog === `${act}-${each.id}`);
  const purchases = activations.data?.filter(isBeingBought) ?? [];
  const givingUp = purchases.find((each) => dialog === `give-up-${each.id}`);
  const editing = chosen("edit");
  const leaving = chosen("disconnect");
  return (
    <PageFrame
      title="Channels"
      wide
      about="The numbers that your customers text. Each is answered by its agent, or waits for the team where it has none."
      act={channels.data?.length ? add : null}
    >
      {!may("channels.connect") && (
        <p className="mb-4 text-md text-pretty text-ink-2">
          Your role lets you look, and change nothing here. Ask an owner or admin of the workspace.
        </p>
      )}
      <nav aria-label="Channel families" className="mb-4 flex gap-0.5 overflow-x-auto border-b pb-1.5">
        <Link
          to="/account/channels"
          search={{ dialog: undefined, sort }}
          activeOptions={{ exact: true, includeSearch: false }}
          className={TAB}
        >
          All
        </Link>
        {CHANNELS.map((each) => (
          <Link
            key={each}
            to="/account/channels/$family"
            params={{ family: each }}
            search={{ dialog: undefined, sort }}
            activeOptions={{ includeSearch: false }}
            className={TAB}
          >
            {channelLabel(each)}
          </Link>
        ))}
      </nav>
      {channels.isPending && <RowsSkeleton />}
      {channels.isError && !channels.data && (
        <Failed again={() => void channels.refetch()}>{sentenceOf(channels.error)}</Failed>
      )}
      {shown?.length === 0 &&
        (family === null || family === "sms" ? (
          <Empty title="No number is connected" act={add}>
            Connect a number of your own Twilio account, or get a new one. Texts to it appear in the inbox a moment
            later.
          </Empty>
        ) : (
          <Empty title={`No ${channelLabel(family)} here`}>
            Parley connects SMS today. {channelLabel(family)} can’t be connected in this version.
          </Empty>
        ))}
      {ill.length > 0 && (
        <div className="mb-4 grid gap-2">
          {ill.map((each) => (
            <HealthNotice key={each.id} connection={each} named />
          ))}
        </div>
      )}
      {(family === null || family === "sms") && (
        <Purchases purchases={purchases} giveUp={({ id }) => show(`give-up-${id}`)} />
      )}
      {shown && shown.length > 0 && (
        <ConnectionTable
          connections={shown}
          sort={sort}
          onSort={(next) => go({ dialog: undefined, sort: next })}
          onEdit={({ id }) => show(`edit-${id}`)}
          onDelete={({ id }) => show(`disconnect-${id}`)}
        />
      )}
      {wizardOpen && <AddChannelWizard close={() => show(undefined)} />}
      {editing && <ConnectionSettingsDialog key={editing.id} connection={editing} close={() => show(undefined)} />}
      {givingUp && <GiveUp activation={givingUp} close={() => show(undefined)} />}
      {leaving && may("channels.delete") && <Disconnect connection={leaving} close={() => show(undefined)} />}
    </PageFrame>
  );
}

const RowsSkeleton = () => (
  <div role="status" aria-label="Loading channels" className="grid gap-4 pt-4">
    <Skeleton className="h-10 w-full" />
    <Skeleton className="h-10 w-full" />
  </div>
);
