/** Rules for leaving: take me off your list, delete my number, unsubscribe; and for never having been there: wrong number. */
import { find, has, hit, isPolite, isUnknown, negationOf, type Rule, type Scene } from "./clause.ts";

/** "Remove me", "take my number off your list", "delete all my data"; not "remove the stain from my coat". */
export const removing: Rule = (scene, at) => {
  const { units } = scene;
  if (negationOf(scene, at) >= 0) return null;
  const end = Math.min(at + 6, units.length);
  for (let next = at + 1; next < end; next++) {
    scene.meter.steps++;
    const unit = units[next];
    if (has(unit, "me", "number")) return removed(scene, at, next);
    if (has(unit, "list")) return hit("revoke", "remove_me", scene, at, next);
    if (has(unit, "third")) return scene.aboutPeople || isHer(unit?.text) ? removed(scene, at, next) : null;
    if (has(unit, "other") || (isUnknown(unit) && has(units[next - 1], "det"))) return null;
  }
  // "Not interested, please remove"
  return isPolite(scene, 0, units.length, "remove") ? hit("revoke", "remove_me", scene, at, at) : null;
};

const isHer = (text: string | undefined): boolean => text === "HER" || text === "HIM";

function removed(scene: Scene, at: number, whom: number) {
  const { units } = scene;
  const list = find(scene, whom + 1, units.length, "list", "messages", "these", "me");
  if (list < 0 && find(scene, whom + 1, units.length, "other") >= 0) return null;
  if (list < 0 && units.slice(whom + 1).some((unit) => /^\d/.test(unit.text))) return null; // the 3pm
  const elsewhere =
    list < 0 && units.slice(whom + 1).some((unit, n) => isUnknown(unit) && has(units[whom + n], "det", "off"));
  return hit(elsewhere ? "review" : "revoke", "remove_me", scene, at, Math.max(list, whom));
}

/** "I want off this list", "how can I get off your list". */
export const offTheList: Rule = (scene, at) => {
  const list = find(scene, at + 1, at + 5, "list");
  const wished = find(scene, Math.max(0, at - 6), at, "want", "get", "how", "me") >= 0;
  return list >= 0 && wished && negationOf(scene, at) < 0 ? hit("revoke", "remove_me", scene, at, list) : null;
};

/** "Unsubscribe me", "how do I opt out"; not "my unsubscribe button", "opt out of the insurance", "unsubscribe everyone". */
export const leaving: Rule = (scene, at) => {
  const { units } = scene;
  const negation = negationOf(scene, at);
  const trying = find(scene, 0, at, "how") >= 0 || (negation >= 0 && units[negation]?.text.startsWith("CAN"));
  if (negation >= 0 && !trying) return null;
  const end = Math.min(at + 6, units.length);
  const whom = units[at + 1];
  if (isUnknown(whom)) return at + 2 === units.length ? hit("review", "opt_out", scene, at, at + 1) : null;
  // "unsubscribed", "be removed": who is it?
  if (/ED$|^(BE|GET|BEEN) /.test(units[at]?.text ?? "") && find(scene, 0, at, "i", "me", "want", "number") < 0)
    return null;
  if (find(scene, at + 1, at + 3, "button") >= 0) return null;
  if (find(scene, at + 1, at + 3, "link") >= 0) return hit("review", "opt_out", scene, at, at + 1);
  const messages = find(scene, at + 1, end, "messages", "offers", "me", "list", "these", "phone");
  if (messages >= 0 && find(scene, at + 1, messages, "other") < 0) return hit("revoke", "opt_out", scene, at, messages);
  if (find(scene, at + 1, end, "other", "third") >= 0) return null;
  const thing = units.slice(at + 1, end).some((unit, n) => isUnknown(unit) && has(units[at + n], "det"));
  if (thing) return null;
  const before = units[at - 1];
  if (has(before, "det") && !has(before, "polite", "must", "these")) return null;
  if (scene.verbFirst && find(scene, at - 5, at, "other") >= 0) return null;
  const asksForAFact = scene.asks && find(scene, 0, at, "asks") >= 0 && !trying;
  const past = find(scene, 0, at, "have") >= 0 || find(scene, at, units.length, "have") >= 0;
  return hit(asksForAFact || past ? "review" : "revoke", "opt_out", scene, at, at);
};

/** "You have the wrong number", "número equivocado"; not "I gave you the wrong number", "wrong number of chairs". */
export const wrongNumber: Rule = (scene, at) => {
  const { units } = scene;
  const after = has(units[at + 1], "person") ? at + 1 : -1;
  const whom = after >= 0 ? after : has(units[at - 1], "person") ? at - 1 : -1;
  if (whom < 0) return null;
  const end = Math.max(at, whom);
  if (find(scene, 0, units.length, "other") >= 0) return null;
  const next = units[end + 1];
  if (has(next, "det", "off", "list") && !has(next, "these", "me", "polite")) return null;
  if (isOurOwn(scene, Math.min(at, whom))) return null;
  return hit(scene.asks ? "review" : "revoke", "wrong_number", scene, Math.min(at, whom), end);
};

/** "This is no longer Sarah's number", "that's not Maria's phone". */
export const notTheirNumber: Rule = (scene, at) => {
  const { units } = scene;
  const number = find(scene, at + 1, at + 4, "person", "number");
  const name = number > 0 && isUnknown(units[number - 1]);
  const about = find(scene, 0, at, "these", "me") >= 0 && find(scene, 0, units.length, "other") < 0;
  return name && about && number + 1 >= units.length
    ? hit(scene.asks ? "review" : "revoke", "wrong_number", scene, at, number)
    : null;
};

/** Who has, gave or texted the wrong number: whoever stands before that verb. */
function isOurOwn(scene: Scene, before: number): boolean {
  for (let verb = before - 1; verb >= 0; verb--) {
    if (!has(scene.units[verb], "have", "send", "text", "call")) continue;
    for (let who = verb; who >= 0; who--) {
      scene.meter.steps++;
      if (has(scene.units[who], "i")) return true;
      if (has(scene.units[who], "you")) return false;
    }
    return scene.units[verb]?.text.startsWith("THERE") ?? false;
  }
  return false;
}

/** "I did not consent to these messages", "I withdraw my consent". */
export const noConsent: Rule = (scene, at) => {
  const { units } = scene;
  const denied = find(scene, at - 5, at, "not", "deny", "withdraw");
  if (denied < 0) return null;
  const about = find(scene, at + 1, at + 7, "messages", "text", "these", "me", "call");
  const clear = about >= 0 || isPolite(scene, at + 1, units.length);
  return hit(clear ? "revoke" : "review", "no_consent", scene, denied, Math.max(about, at));
};
