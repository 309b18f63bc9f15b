import { expect, test } from "vitest";
import { NewAgent } from "./agents.ts";
import { nameUpTo } from "./names.ts";

test("a name does not turn around what stands after it", () => {
  const name = nameUpTo(20);
  for (const mark of ["\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"])
    expect(name.parse(` ${mark}Key${mark} of Ana `)).toBe("Key of Ana");
  expect(name.safeParse("\u202e \u2066").success).toBe(false);
  expect(name.safeParse("x".repeat(21)).success).toBe(false);
});

test("names in every script stay what they are, with what joins their letters", () => {
  const names = ["דנה לוי", "محمد", "می‌خواهم", "👩‍🎨 Ana", "O’Neil & Söhne"];
  expect(names.map((each) => nameUpTo(40).parse(each))).toEqual(names);
});

test("what an agent says is no name of it", () => {
  const agent = NewAgent.parse({ name: "Kil\u202en", handoverText: "שלום\u200f!" });
  expect([agent.name, agent.handoverText]).toEqual(["Kiln", "שלום\u200f!"]);
});
