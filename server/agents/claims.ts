/** Holds a model's answer against what it may rest on: a business is bound by what its agent promises. */

const LINK =
  /\bhttps?:\/\/\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|app|dev|shop|store|info|biz|me|ly|link|eu|uk|us|ca|de|at|ch|fr|es|it|mx|example)\b(?:\/\S*)?/gi;
const AMOUNT =
  /(?:[$€£¥]|\b(?:usd|eur|gbp))\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:[%€£$]|(?:euros?|eur|dollars?|usd|pounds?|percent)\b)/gi;
const PHONE = /\+?\d[\d\s().-]{7,}\d/g;

const bare = (claim: string): string =>
  claim
    .toLowerCase()
    .replace(/[.,;:!?)]+$/, "")
    .replace(/\s/g, "");
const figure = (amount: string): number => Number.parseFloat(amount.replace(/[^\d.]/g, ""));
const digits = (text: string): string => text.replace(/\D/g, "");

/** Links, addresses, amounts and phone numbers in an answer that stand in none of its grounds. */
export function unfoundedClaims(answer: string, grounds: readonly string[]): string[] {
  const ground = grounds.join("\n");
  const known = bare(ground);
  const amounts = new Set(ground.match(AMOUNT)?.map(figure));
  return [
    ...(answer.match(LINK) ?? []).filter((link) => !known.includes(bare(link))),
    ...(answer.match(AMOUNT) ?? []).filter((amount) => !amounts.has(figure(amount))),
    ...(answer.match(PHONE) ?? []).filter((phone) => !digits(ground).includes(digits(phone))),
  ];
}
