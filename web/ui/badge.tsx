import type { ReactNode } from "react";
import type { ChannelName } from "../../contract/channels.ts";
import { cx } from "./cx.ts";

const TONES = {
  sms: "bg-sms-soft text-sms",
  whatsapp: "bg-whatsapp-soft text-whatsapp",
  instagram: "bg-instagram-soft text-instagram",
  webchat: "bg-webchat-soft text-webchat",
  accent: "bg-accent-soft text-accent",
  bad: "bg-bad-soft text-bad",
  warn: "bg-warn-soft text-warn",
  quiet: "text-ink-3 shadow-[inset_0_0_0_1px_var(--line)]",
} as const;

export type Tone = keyof typeof TONES;

export const Badge = ({ tone = "quiet", children }: { tone?: Tone; children: ReactNode }) => (
  <span
    className={cx(
      "inline-flex max-w-full min-w-0 shrink-0 items-center gap-1 rounded-[5px] px-1.5 py-px text-xs font-medium whitespace-nowrap",
      TONES[tone],
    )}
  >
    {children}
  </span>
);

const NAMES: Record<ChannelName, string> = {
  sms: "SMS",
  whatsapp: "WhatsApp",
  instagram: "Instagram",
  webchat: "Web chat",
};

export const channelLabel = (channel: ChannelName): string => NAMES[channel];

export const ChannelBadge = ({ channel }: { channel: ChannelName }) => <Badge tone={channel}>{NAMES[channel]}</Badge>;
