/** What was typed into the wizard, as long as this tab is open. The auth token is never among it. */
import { useEffect, useState } from "react";
import type { Environment, MonthlyPrice } from "../../contract/channels.ts";
import type { SmsCompliance } from "../../contract/compliance.ts";
import type { NumberType } from "../../contract/sms-requests.ts";
import { completed } from "./empty-compliance.ts";

export const STEPS = ["Channel", "Provider account", "Connect", "Compliance", "Destination"] as const;

export interface WizardDraft {
  /** Counted from 0. */
  step: number;
  /** Null: none is chosen, so that the first one is; "new": one that is still to be added. */
  accountId: string | null;
  accountSid: string;
  accountName: string;
  mode: "new" | "own";
  country: string;
  /** Null: none is chosen, so that the first one is of which there are any. */
  numberType: NumberType | null;
  /** The approved papers that the number is bought with; null: without any. */
  requestId: string | null;
  areaCode: string;
  /** The picked number, or the SID of a Messaging Service. */
  sender: string;
  /** To be bought first. */
  bought: boolean;
  /** What it then costs, where that is known. */
  price: MonthlyPrice | null;
  /** Which other app gets its texts now. */
  otherApp: string | null;
  replaceWebhook: boolean | null;
  friendlyName: string;
  environment: Environment;
  agentId: string | null;
  /** The name of the agent that is made with the channel, where there is none yet; null: the team answers. */
  newAgent: string | null;
  compliance: SmsCompliance | null;
  /** How far it came with one sender; it says nothing of another that is picked since. */
  got: Got | null;
}

interface Got {
  accountId: string;
  sender: string;
  /** Once it is being bought. */
  activationId: string | null;
  /** Once it is connected. */
  channelId: string | null;
}

/** How far it came with the sender that is picked now, in this account. */
export function gotSoFar({ got, sender }: WizardDraft, accountId: string): Got {
  if (got?.sender === sender && got.accountId === accountId) return got;
  return { accountId, sender, activationId: null, channelId: null };
}

const FRESH: WizardDraft = {
  step: 0,
  accountId: null,
  accountSid: "",
  accountName: "",
  mode: "own",
  country: "US",
  numberType: null,
  requestId: null,
  areaCode: "",
  sender: "",
  bought: false,
  price: null,
  otherApp: null,
  replaceWebhook: null,
  friendlyName: "",
  environment: "live",
  agentId: null,
  newAgent: null,
  compliance: null,
  got: null,
};

export interface Wizard {
  draft: WizardDraft;
  set(change: Partial<WizardDraft>): void;
  forget(): void;
}

function stored(name: string): WizardDraft {
  try {
    const read: WizardDraft = { ...FRESH, ...JSON.parse(sessionStorage.getItem(name) ?? "{}") };
    return { ...read, compliance: read.compliance && completed(read.compliance) };
  } catch {
    return FRESH;
  }
}

export function useWizardDraft(workspaceId: string): Wizard {
  const name = `parley.add-channel.${workspaceId}`;
  const [draft, setDraft] = useState(() => stored(name));
  useEffect(() => {
    try {
      if (draft === FRESH) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, JSON.stringify(draft));
    } catch {
      // Then it is forgotten with the page.
    }
  }, [name, draft]);
  return {
    draft,
    set: (change) => setDraft((before) => ({ ...before, ...change })),
    forget: () => setDraft(FRESH),
  };
}
