/** Rules for requests: stop texting me, don't write again, no more messages, I don't want these. */
import { find, goesElsewhere, has, hit, isPolite, isUnknown, negationOf, type Rule, type Scene } from "./clause.ts";

/** How far a verb looks for its object, in units. */
const AHEAD = 7;

/** Reads the verb at the beginning of what should end: stop texting me, quit sending these, end the messages. */
export const stopping: Rule = (scene, at) => {
  const { units } = scene;
  const weak = !has(units[at], "stop");
  const before = units[at - 1];
  const isNoun = has(before, "det") && !has(before, "polite", "you", "must", "stop");
  if (isNoun) return null;
  const negation = negationOf(scene, at);
  const accused = negation > 0 && has(units[negation - 1], "how", "you");
  if (negation >= 0 && !accused) return null;
  if (scene.verbFirst && find(scene, at + 1, at + 3, "not") >= 0) return null;

  const object = objectOf(scene, at, weak);
  if (object === "other") return null;
  if (object !== null) {
    // "You stopped texting me": a fact, unless it is wished for.
    const told = units[at]?.text === "STOPPED" && find(scene, 0, at, "want", "must") < 0;
    const clear = object.clear && negation < 0 && !told;
    return hit(clear ? "revoke" : "review", `stop_${object.what}`, scene, at, object.at);
  }
  if (negation >= 0) return null;
  return bareStop(scene, at, weak);
};

interface Found {
  what: "texting" | "sending" | "calling" | "messages" | "all";
  at: number;
  clear: boolean;
}

function objectOf(scene: Scene, verb: number, weak: boolean): Found | "other" | null {
  const { units } = scene;
  let unknown = 0;
  for (let at = verb + 1; at < Math.min(verb + AHEAD, units.length); at++) {
    scene.meter.steps++;
    const unit = units[at];
    if (has(unit, "messages", "text")) {
      const elsewhere = has(unit, "text") ? goesElsewhere(scene, at + 1) : null;
      const me = has(units[at + 1], "me", "phone") ? at + 1 : at;
      return { what: has(unit, "text") ? "texting" : "messages", at: me, clear: elsewhere !== "other" };
    }
    if (has(unit, "offers")) return { what: "messages", at, clear: !weak };
    if (has(unit, "send")) return sending(scene, at);
    if (has(unit, "call")) {
      const end = at + 1 >= units.length || isPolite(scene, at + 1, units.length);
      const me = has(units[at + 1], "me", "phone");
      return me || end ? { what: "calling", at: me ? at + 1 : at, clear: true } : null;
    }
    if (has(unit, "other")) return "other";
    if (has(unit, "third") && !has(unit, "det")) return null;
    if (has(unit, "limits", "clock", "asks", "how", "have")) return null;
    if (isUnknown(unit) && ++unknown > 2) return null;
  }
  return null;
}

function sending(scene: Scene, at: number): Found {
  const end = Math.min(at + 6, scene.units.length);
  const what = find(scene, at + 1, end, "messages", "me", "phone", "more", "these");
  const elsewhere = find(scene, at + 1, end, "other") >= 0;
  const nothing = isPolite(scene, at + 1, scene.units.length);
  return { what: "sending", at: Math.max(what, at), clear: !elsewhere && (what >= 0 || nothing) };
}

/** "Please stop", "STOP NOW", "can you stop", "STOP 36111": a verb without an object of its own. */
function bareStop(scene: Scene, at: number, weak: boolean) {
  const { units } = scene;
  const rest = units.slice(at + 1);
  const nothingBefore = isPolite(scene, 0, at, "no", "stop");
  const nothingAfter = isPolite(scene, at + 1, units.length, "these", "stop", "more", "me");
  if (nothingBefore && nothingAfter)
    return weak ? softStop(scene, at) : hit("revoke", "plain_stop", scene, at, units.length - 1);
  if (nothingBefore && isPolite(scene, at + 1, units.length, "these", "limits")) return softStop(scene, at);
  if (nothingBefore && !weak && has(rest[0], "limits")) return softStop(scene, at);
  if (weak || units[at]?.text === "STOPPED") return null;
  const code = rest[0];
  if (nothingBefore && code && /^\d{3,}$/.test(code.text) && isPolite(scene, at + 2, units.length))
    return hit("revoke", "plain_stop", scene, at, at + 1);
  if (!nothingAfter) {
    const one = rest.filter((unit) => !has(unit, "polite", "these"));
    const name = one.length === 1 && isUnknown(one[0]) && !/ING$/.test(one[0]?.text ?? "");
    const noun = rest.some((unit) => has(unit, "det") && !has(unit, "these"));
    return nothingBefore && name && !noun && units.length <= 4 ? softStop(scene, at) : null;
  }
  const toUs = isPolite(scene, 0, at, "you", "must", "i", "want", "how", "no");
  if (!toUs || find(scene, 0, at, "you", "want", "how", "must") < 0) return null;
  const asked = units.slice(0, at).some((unit) => /^(PLEASE|PLS|PLZ)$/.test(unit.text));
  const these = rest.some((unit) => has(unit, "these") && !/^(IT|THAT)$/.test(unit.text));
  return asked || these ? hit("revoke", "plain_stop", scene, at, at) : softStop(scene, at);
}

const softStop = (scene: Scene, at: number) => hit("review", "unclear_stop", scene, at, at);

/** "I want the texts to stop", "these messages must end". */
export const endingMessages: Rule = (scene, at) => {
  const { units } = scene;
  if (!isPolite(scene, at + 1, units.length) || units[at]?.text === "STOPPED") return null;
  const what = find(scene, at - 5, at, "messages");
  const these = what >= 0 ? what : find(scene, at - 3, at, "these");
  if (these < 0 || find(scene, 0, these, "not", "deny") >= 0) return null;
  const wished = find(scene, 0, at, "want", "how", "you") >= 0 || find(scene, these, at, "must") >= 0;
  if (negationOf(scene, at) >= 0) return hit("review", "messages_to_stop", scene, these, at);
  if (wished) return hit("revoke", "messages_to_stop", scene, these, at);
  return what >= 0 ? hit("review", "messages_to_stop", scene, these, at) : null;
};

/** "Don't text me", "do not contact this number again", "ne m'écrivez plus". */
export const forbidding: Rule = (scene, at) => {
  const { units } = scene;
  const before = units[at - 1];
  if (has(before, "i") || /^(YOU|U|WHY)$/.test(before?.text ?? "") || has(before, "stop")) return null;
  for (let verb = at + 1, unknown = 0; verb < Math.min(at + 5, units.length); verb++) {
    scene.meter.steps++;
    const unit = units[verb];
    if (has(unit, "stop", "weak", "keep", "want", "other")) return null;
    if (has(unit, "text", "send", "call")) return forbidden(scene, at, verb);
    if (isUnknown(unit) && ++unknown > 1) return null;
  }
  return null;
};

function forbidden(scene: Scene, at: number, verb: number) {
  const { units } = scene;
  const end = Math.min(verb + 6, units.length);
  const me = find(scene, at + 1, end, "me", "phone");
  const more = find(scene, at + 1, end, "more");
  const messages = find(scene, verb + 1, end, "messages");
  const last = Math.max(me, more, messages, verb);
  const nothing = isPolite(scene, verb + 1, units.length, "these");
  if (has(units[verb], "text")) {
    if (has(units[verb + 1], "you")) return null;
    if (me >= 0 || more >= 0 || messages >= 0 || nothing) return hit("revoke", "do_not_text", scene, at, last);
    return goesElsewhere(scene, verb + 1) === "other" ? null : hit("review", "do_not_text", scene, at, verb);
  }
  if (has(units[verb], "send")) {
    if (messages >= 0 || more >= 0) return hit("revoke", "do_not_send", scene, at, last);
    if (find(scene, verb + 1, end, "other", "third") >= 0) return null;
    const these = find(scene, verb + 1, end, "these", "offers");
    if (me >= 0 && (these >= 0 || isPolite(scene, verb + 1, units.length, "me", "phone", "these")))
      return hit("revoke", "do_not_send", scene, at, Math.max(these, last));
    return me >= 0 ? hit("review", "do_not_send", scene, at, last) : null;
  }
  if (me < 0 && !nothing) return null;
  return hit(more >= 0 ? "revoke" : "review", "do_not_call", scene, at, last);
}

/** German, Dutch: "schreiben Sie mir nicht mehr", "stuur me geen berichten meer". */
export const forbiddingAfterwards: Rule = (scene, at) => {
  const { units } = scene;
  if (!scene.verbFirst || has(units[at - 1], "i") || has(units[at + 1], "i")) return null;
  const not = find(scene, at + 1, at + AHEAD, "not", "no");
  if (not < 0) return null;
  const end = Math.min(not + 5, units.length);
  const more = find(scene, not, end, "more");
  const messages = find(scene, not, end, "messages");
  const me = find(scene, Math.max(0, at - 2), end, "me", "phone");
  if (me < 0 && messages < 0) return null;
  if (more < 0 && messages < 0 && !isPolite(scene, not + 1, units.length)) return null;
  if (has(units[at], "call"))
    return hit(more >= 0 ? "revoke" : "review", "do_not_call", scene, at, Math.max(more, not));
  return hit(
    "revoke",
    has(units[at], "text") ? "do_not_text" : "do_not_send",
    scene,
    at,
    Math.max(more, messages, not),
  );
};

/** "I don't want your texts", "no longer wish to receive messages", "I want no more of these". */
export const unwanted: Rule = (scene, at) => {
  const { units } = scene;
  let not = find(scene, at - 4, at, "not", "deny");
  if (not < 0) not = find(scene, at + 1, at + 4, "no", ...(scene.verbFirst ? (["not"] as const) : []));
  if (not < 0) not = find(scene, at + 1, at + 2, "not");
  if (not < 0) return null;
  const start = Math.min(at, not);
  let got = false;
  for (let next = start + 1; next < Math.min(start + 11, units.length); next++) {
    scene.meter.steps++;
    const unit = units[next];
    if (next === at || next === not) continue;
    if (has(unit, "stop", "keep", "other")) return null;
    if (has(unit, "messages", "list")) return hit("revoke", "not_wanted", scene, start, next);
    if (has(unit, "text") || (has(unit, "send", "call") && find(scene, next - 1, next + 3, "me", "phone", "more") >= 0))
      return has(units[next + 1], "you") ? null : hit("revoke", "not_wanted", scene, start, next);
    if (has(unit, "get")) got = true;
    if (got && next + 1 >= units.length && find(scene, start, units.length, "more") >= 0)
      return hit("revoke", "not_wanted", scene, start, next);
    const ends = isPolite(scene, next + 1, units.length, "more");
    if (has(unit, "offers"))
      return hit(
        got || find(scene, next, next + 3, "more") >= 0 ? "revoke" : "review",
        "not_wanted",
        scene,
        start,
        next,
      );
    if (has(unit, "these") && got && ends) return hit("revoke", "not_wanted", scene, start, next);
    if (has(unit, "these") && ends && find(scene, start, units.length, "more") < 0)
      return hit("review", "not_wanted", scene, start, next);
  }
  return null;
};

/** "No more texts", "keine Nachrichten mehr": without a verb, or it says what there is. */
export const noMore: Rule = (scene, at) => {
  const { units } = scene;
  const more = find(scene, at + 1, at + 6, "more");
  const messages = find(scene, at + 1, at + 6, "messages");
  if (more < 0 || messages < 0 || find(scene, 0, units.length, "have", "other", "stop") >= 0) return null;
  if (Math.abs(messages - more) > 2 || find(scene, 0, at, "i") >= 0) return null;
  return hit(scene.asks ? "review" : "revoke", "no_more", scene, at, Math.max(more, messages));
};
