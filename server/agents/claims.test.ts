import { expect, test } from "vitest";
import { unfoundedClaims } from "./claims.ts";

const grounds = ["A wheel class is $65. Vouchers: kilnandco.example/gifts. Call (828) 555-0100."];

test.each([
  "It's $65 per person.",
  "It costs 65 dollars.",
  "See kilnandco.example/gifts.",
  "Call us on 828 555 0100.",
  "We open at 10.",
])("%j stands in what the business wrote", (answer) => {
  expect(unfoundedClaims(answer, grounds)).toEqual([]);
});

test.each([
  ["It's $45 for you.", "$45"],
  ["You get 20% off!", "20%"],
  ["Book at https://cheap-pots.example/now", "https://cheap-pots.example/now"],
  ["Write to boss@kiln.example", "boss@kiln.example"],
  ["Call +1 900 555 0199", "+1 900 555 0199"],
])("%j promises what nobody wrote", (answer, claim) => {
  expect(unfoundedClaims(answer, grounds)).toContain(claim);
});
