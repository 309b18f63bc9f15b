/** The one answer that each keyword message may get, in the workspace's words or in these. */
import type { WorkspaceRow } from "../accounts/accounts.ts";
import type { Language } from "./keywords.ts";

type NoticeKind = "stop" | "start" | "help";

/** Each names the brand, and says how to come back or where to ask (CTIA Messaging Principles, 5.1.3). */
const DEFAULTS: Record<"en" | "fr" | "es", Record<NoticeKind, string>> = {
  en: {
    stop: "{brand}: You have been unsubscribed and will not receive further messages. Reply START to resubscribe.",
    start:
      "{brand}: You have been resubscribed. Reply HELP for help or STOP to unsubscribe. Msg & data rates may apply.",
    help: "{brand}:{contact} Reply STOP to unsubscribe or START to resubscribe. Msg & data rates may apply.",
  },
  fr: {
    stop: "{brand} : vous êtes désabonné et ne recevrez plus de messages. Répondez START pour vous réabonner.",
    start: "{brand} : vous êtes réabonné. Répondez AIDE pour de l'aide ou ARRET pour vous désabonner.",
    help: "{brand} :{contact} Répondez ARRET pour vous désabonner. Des frais de messagerie peuvent s'appliquer.",
  },
  es: {
    stop: "{brand}: Su suscripción fue cancelada y no recibirá más mensajes. Responda START para volver a suscribirse.",
    start: "{brand}: Su suscripción está activa de nuevo. Responda AYUDA para obtener ayuda o STOP para cancelar.",
    help: "{brand}:{contact} Responda STOP para cancelar o START para volver. Pueden aplicarse tarifas de mensajes.",
  },
};

/** The text that answers a keyword or an opt-out in free words, in its language; the workspace's own where it has set one. */
export function noticeText(
  workspace: Pick<WorkspaceRow, "name" | "notices">,
  kind: NoticeKind,
  language: Language,
): string {
  const text = workspace.notices[kind] ?? DEFAULTS[language === "fr" || language === "es" ? language : "en"][kind];
  const contact = workspace.notices.contact ? ` ${workspace.notices.contact}` : "";
  return text.replaceAll("{brand}", workspace.name).replaceAll("{contact}", contact);
}

/**
 * Whether we answer a keyword message: never where the provider has answered or will. A connection whose provider's
 * handling is switched off (`keywordReplies: parley`) leaves all answers to us.
 */
export function weAnswer(keywordReplies: "provider" | "parley", providerAnswers: "yes" | "by_default" | "no"): boolean {
  if (providerAnswers === "yes") return false;
  return keywordReplies === "parley" || providerAnswers === "no";
}
