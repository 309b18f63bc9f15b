/** The rules of the reading of free text (docs/consent.md), as somebody who has to decide wants to hear them. */
const RULES: Record<string, string> = {
  stop_texting: "They speak of stopping texts, and it is not clear whether they mean yours to them.",
  stop_sending: "They ask to stop sending something, and it is not clear what.",
  stop_calling: "They ask to stop calling, and it is not clear whether texts are meant too.",
  stop_messages: "They speak of stopping messages, and it is not clear whether they mean yours to them.",
  stop_all: "They ask to stop something, and it is not clear what.",
  unclear_stop: "“Stop” stands here without saying what should stop.",
  messages_to_stop: "They speak of messages that stop, and it is not clear whether they wish for it.",
  do_not_text: "They ask not to be texted, perhaps only in some cases.",
  do_not_send: "They ask not to be sent something, and it is not clear what.",
  do_not_call: "They ask not to be called, and it is not clear whether texts are meant too.",
  not_wanted: "They do not want something, and it may be your texts.",
  no_more: "They speak of no more messages, perhaps as a question.",
  remove_me: "They ask to be taken off something, and it is not clear what.",
  opt_out: "They speak of opting out, perhaps only as a question.",
  wrong_number: "They may not be who you think, so the number may be somebody else’s.",
  no_consent: "They say that they did not agree to something, and it may be your texts.",
  displeased: "They are displeased with being texted, and do not say whether it should end.",
  stop_sign: "They sent a stop sign without a word.",
};

export const sayRule = (rule: string): string =>
  RULES[rule] ?? "These words often mean that somebody wants no more texts.";
