import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import type { Contact } from "../../contract/contacts.ts";
import type { ContactId, ConversationId } from "../../contract/ids.ts";
import { sentenceOf } from "../api/problems.ts";
import { useDialogs } from "../desk/dialogs.ts";
import type { InboxSearch } from "../desk/inbox-search.ts";
import { useApi } from "../shell/desk-api.ts";
import { useMay } from "../shell/session.ts";
import { callThem, sayDate, sayPhone } from "../shell/words.ts";
import { isZone, sayIn } from "../shell/zones.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { type Standing, smsStanding, whatsappStanding } from "./consent-words.ts";
import { OtherConversations } from "./other-conversations.tsx";

const ConsentHistory = lazy(async () => ({ default: (await import("./consent-history.tsx")).ConsentHistory }));
const EvidencePack = lazy(async () => ({ default: (await import("./evidence-pack.tsx")).EvidencePack }));
const EditContact = lazy(async () => ({ default: (await import("./edit-contact.tsx")).EditContact }));
const RecordOptIn = lazy(async () => ({ default: (await import("./record-consent.tsx")).RecordOptIn }));
const RecordOptOut = lazy(async () => ({ default: (await import("./record-consent.tsx")).RecordOptOut }));

interface Props {
  contactId: ContactId;
  /** The conversation that it stands beside. */
  conversationId: ConversationId;
  /** Narrow windows: the contact alone. */
  onlyThis: boolean;
  /** In the demo: it stands where the customer's phone has its place, and makes room for it again. */
  insteadOfPhone: boolean;
  close(): void;
  search: InboxSearch;
}

/** Who they are and what they allowed, beside the conversation. */
export function ContactPanel({ contactId, conversationId, onlyThis, insteadOfPhone, close, search }: Props) {
  const { queries } = useApi();
  const contact = useQuery(queries.contact(contactId));
  return (
    <aside
      aria-label="Contact"
      data-screen={onlyThis ? "thread" : undefined}
      className={cx(
        "flex w-[304px] shrink-0 flex-col overflow-y-auto border-l bg-surface p-4 max-md:border-l-0",
        onlyThis ? "narrow:w-auto narrow:flex-1" : "narrow:hidden",
      )}
    >
      <div className={cx("mb-2 -ml-2", insteadOfPhone ? "min-[1456px]:hidden" : "roomy:hidden")}>
        <IconButton
          label={insteadOfPhone ? "Back to the phone" : "Back to the conversation"}
          side="right"
          onClick={close}
        >
          <ArrowLeft aria-hidden />
        </IconButton>
      </div>
      {contact.data ? (
        <Known contact={contact.data} conversationId={conversationId} search={search} />
      ) : contact.isError ? (
        <Failed again={() => void contact.refetch()}>{sentenceOf(contact.error)}</Failed>
      ) : (
        <PanelSkeleton />
      )}
    </aside>
  );
}

function Known({
  contact,
  conversationId,
  search,
}: {
  contact: Contact;
  conversationId: ConversationId;
  search: InboxSearch;
}) {
  const { queries } = useApi();
  const { data: consent = [] } = useQuery(queries.consent(contact.id));
  const navigate = useNavigate();
  const dialogs = useDialogs();
  const may = useMay();
  const name = callThem(contact);
  const sms = smsStanding(contact, consent);
  const whatsapp = whatsappStanding(contact);
  const set = (change: InboxSearch) =>
    void navigate({ to: ".", search: (before: InboxSearch) => ({ ...before, ...change }), replace: true });
  return (
    <div className="grid grid-cols-1 gap-5">
      <div className="flex items-center gap-3">
        <Avatar name={name} large />
        <div className="min-w-0 flex-1">
          <h3 title={name} className="line-clamp-3 text-lg leading-tight font-semibold break-words tabular">
            {name}
          </h3>
          {contact.name && contact.phone && <p className="text-sm text-ink-3 tabular">{sayPhone(contact.phone)}</p>}
        </div>
        {may("contacts.write") && (
          <Button look="quiet" onClick={() => dialogs.open("edit")}>
            Edit
          </Button>
        )}
      </div>

      <Section
        title="Consent"
        aside={
          <button
            type="button"
            aria-expanded={search.evidence === true}
            onClick={() => set({ evidence: search.evidence ? undefined : true })}
            className="font-medium text-ink-3 underline decoration-line-strong underline-offset-2 hover:text-ink max-md:min-h-11"
          >
            {search.evidence ? "hide evidence" : "evidence"}
          </button>
        }
      >
        <dl className={LIST}>
          <dt className={TERM}>SMS</dt>
          <dd className={TONES[sms.tone]}>{sms.text}</dd>
          <dt className={TERM}>{sms.tone === "bad" ? "Since" : "Because"}</dt>
          <dd className="break-words">{sms.because}</dd>
          <dt className={TERM}>WhatsApp</dt>
          <dd className={TONES[whatsapp.tone]}>{whatsapp.text}</dd>
        </dl>
        {may("consent.record") && contact.phone && (
          <div className="mt-2 -ml-2.5 flex flex-wrap">
            {(contact.smsOptedIn !== true || contact.optedIn !== true) && (
              <Button look="quiet" onClick={() => dialogs.open("opt-in")}>
                Record an opt-in
              </Button>
            )}
            {(contact.smsOptedIn !== false || contact.optedIn === true) && (
              <Button look="quiet" className="text-bad!" onClick={() => dialogs.open("opt-out")}>
                Opt out
              </Button>
            )}
          </div>
        )}
        {search.evidence && (
          <Suspense fallback={<Skeleton className="mt-3 h-16 w-full" />}>
            <ConsentHistory events={consent} />
            {may("consent.export") && <EvidencePack contactId={contact.id} />}
          </Suspense>
        )}
      </Section>

      <Section title="Details">
        <dl className={LIST}>
          <dt className={TERM}>Email</dt>
          <dd className="break-words">{contact.email ?? <None />}</dd>
          <dt className={TERM}>Tags</dt>
          <dd className="flex flex-wrap gap-1">
            {contact.tags.length === 0 ? (
              <None />
            ) : (
              contact.tags.map((tag) => (
                <Badge key={tag}>
                  <span className="truncate">{tag}</span>
                </Badge>
              ))
            )}
          </dd>
          {contact.language && (
            <>
              <dt className={TERM}>Language</dt>
              <dd>{new Intl.DisplayNames(undefined, { type: "language" }).of(contact.language)}</dd>
            </>
          )}
          {isZone(contact.attributes.timeZone) && (
            <>
              <dt className={TERM}>Local time</dt>
              <dd className="tabular">{sayIn(contact.attributes.timeZone, new Date())}</dd>
            </>
          )}
          <dt className={TERM}>Known since</dt>
          <dd>{sayDate(contact.createdAt)}</dd>
        </dl>
      </Section>
      <OtherConversations contactId={contact.id} openId={conversationId} search={search} />
      <Suspense>
        {search.dialog === "edit" && <EditContact contact={contact} close={dialogs.close} />}
        {search.dialog === "opt-in" && <RecordOptIn contact={contact} close={dialogs.close} />}
        {search.dialog === "opt-out" && <RecordOptOut contact={contact} close={dialogs.close} />}
      </Suspense>
    </div>
  );
}

const LIST = "grid grid-cols-[92px_minmax(0,1fr)] gap-x-2 gap-y-1.5 text-sm";
const TERM = "text-ink-3";
const TONES: Record<Standing["tone"], string> = {
  good: "font-medium text-good",
  bad: "font-medium text-bad",
  plain: "",
};

const None = () => <span className="text-ink-3">None</span>;

const Section = ({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) => (
  <section>
    <h4 className="mb-1.5 flex items-center justify-between text-xs font-semibold text-ink-3">
      {title}
      {aside}
    </h4>
    {children}
  </section>
);

const PanelSkeleton = () => (
  <div role="status" aria-label="Loading the contact" className="grid gap-4">
    <div className="flex items-center gap-3">
      <Skeleton className="size-[42px] rounded-full!" />
      <Skeleton className="h-4 w-32" />
    </div>
    <Skeleton className="h-16 w-full" />
    <Skeleton className="h-20 w-full" />
  </div>
);
