/**
 * What a caller hears of the text that may answer them. A number that is taken from a call alone is no permission to use it;
 * one whose owner was told, and stayed on the line, is (FCC 92-443, 7 FCC Rcd 8752, paragraph 31).
 */
import type { VoiceLanguage } from "../../../contract/voice.ts";

const NOTICE: Record<string, string> = {
  en: "If we can't take your call, we will answer you with one text message to this number.",
  es: "Si no podemos atender su llamada, le responderemos con un mensaje de texto a este número.",
  fr: "Si nous ne pouvons pas prendre votre appel, nous vous répondrons par un SMS à ce numéro.",
  de: "Wenn wir Ihren Anruf nicht annehmen können, antworten wir Ihnen mit einer SMS an diese Nummer.",
  it: "Se non possiamo rispondere alla sua chiamata, le risponderemo con un SMS a questo numero.",
  nl: "Als we uw oproep niet kunnen beantwoorden, antwoorden we u met één sms naar dit nummer.",
  pt: "Se não pudermos atender a sua chamada, responderemos com uma mensagem de texto para este número.",
};
const AFTER_THE_TONE: Record<string, string> = {
  en: "Please leave a message after the tone.",
  es: "Por favor, deje un mensaje después de la señal.",
  fr: "Veuillez laisser un message après le bip.",
  de: "Bitte sprechen Sie nach dem Ton.",
  it: "Lasci un messaggio dopo il segnale acustico.",
  nl: "Spreek een bericht in na de toon.",
  pt: "Por favor, deixe uma mensagem após o sinal.",
};

const inLanguage = (texts: Record<string, string>, language: VoiceLanguage): string =>
  texts[language.slice(0, 2)] ?? texts.en ?? "";

export const textNotice = (language: VoiceLanguage): string => inLanguage(NOTICE, language);
export const afterTheTone = (language: VoiceLanguage): string => inLanguage(AFTER_THE_TONE, language);

/** About how long words take to be said, in seconds: two words or digits each second, slower than any voice of the provider's. */
export const secondsOf = (words: string): number =>
  Math.ceil((words.split(/\s+/).length + (words.match(/\d/g)?.length ?? 0)) / 2);
