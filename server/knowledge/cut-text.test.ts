import fc from "fast-check";
import { expect, test } from "vitest";
import { cutAtSentence, cutText } from "./cut-text.ts";

test("A text is cut at its headings, and each passage says what it stands under", () => {
  const text = "We are a studio.\n\n# Opening hours\nTuesday to Sunday.\n\n## Holidays\n\nClosed at Christmas.";
  expect(cutText("Guide", text)).toEqual([
    { title: "Guide", content: "We are a studio." },
    { title: "Guide: Opening hours", content: "Tuesday to Sunday." },
    { title: "Guide: Holidays", content: "Closed at Christmas." },
  ]);
});

test("A short line of its own is a heading, but a list of short lines is words", () => {
  const text = "House rules\n\nWipe your wheel before you leave the studio.\n\nNo dogs\n\nNo shoes\n\nNo smoking";
  expect(cutText("Guide", text)).toEqual([
    {
      title: "Guide: House rules",
      content: "Wipe your wheel before you leave the studio.\nNo dogs\nNo shoes\nNo smoking",
    },
  ]);
});

test("A long paragraph is cut between sentences", () => {
  const sentence = "Each member has one shelf and one locker in the back room.";
  const passages = cutText("Guide", Array(30).fill(sentence).join(" "));
  expect(passages.length).toBeGreaterThan(2);
  for (const { content } of passages) expect(content.endsWith("room.")).toBe(true);
});

test("No word is lost and no passage is too long, whatever the text", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.lorem({ maxCount: 200 }), fc.string({ maxLength: 3000 }))), (paragraphs) => {
      const text = paragraphs.map((each) => each.replaceAll("#", "")).join("\n\n");
      const passages = cutText("T", text);
      const letters = (each: string) => each.replaceAll(/\s/g, "");
      const kept = passages.map(({ title, content }) => letters(title.slice(3) + content)).join("");
      for (const { content } of passages) expect(content.length).toBeLessThanOrEqual(800);
      for (const word of text.split(/\s+/)) expect(kept).toContain(letters(word).slice(0, 100));
    }),
  );
});

test("An answer ends with a whole sentence where one fits, else with a whole word", () => {
  expect(cutAtSentence("One. Two. Three.", 10)).toBe("One. Two.");
  expect(cutAtSentence("Never ending words", 14)).toBe("Never...");
  expect(cutAtSentence("Short.", 100)).toBe("Short.");
});
