import { expect, test } from "vitest";
import { readWish, type Wish } from "./wishes.ts";

const said: Record<Wish | "nothing", string[]> = {
  person: [
    "Can I talk to a person?",
    "human please",
    "Agent",
    "I want to speak with a real person",
    "can someone call me back",
    "let me speak to someone",
    "this bot is useless, get me a human",
    "are you a bot? i want to talk to a human",
    "What are your hours?\nactually can i talk to somebody",
    "quiero hablar con una persona",
    "persona por favor",
    "Je voudrais parler à quelqu'un",
    "un humain svp\nje veux parler avec un conseiller",
    "Kann ich mit einem Menschen sprechen?",
    "Mensch bitte",
  ],
  trouble: [
    "my pot broke and i'm furious",
    "This is unacceptable",
    "you charged my card twice!!",
    "you'll hear from my lawyer",
    "i want my money back... give us our money back",
    "quiero poner una reclamación",
    "C'est une arnaque !",
    "Das ist eine Frechheit",
  ],
  bot: [
    "are you a bot?",
    "r u a real person",
    "is this a human or what",
    "am I talking to a robot",
    "u a bot?",
    "bot?",
    "¿eres un robot?",
    "Êtes-vous un humain ?",
    "Bist du ein Mensch?",
  ],
  greeting: ["hi", "Hello there!", "Good morning", "hola", "Bonjour", "Guten Tag", "hey\nhello"],
  closing: ["thanks!", "ok great, thank you so much", "👍", "Merci beaucoup", "gracias", "ok\nthanks"],
  nothing: [
    "what time do you open",
    "do you have classes for people with disabilities",
    "is this class for real beginners",
    "how many people are in a class",
    "is the person teaching experienced?",
    "thanks, and is there parking?",
    "hi, how much is a class",
    "?",
    "ok?",
    "i don't want to talk to anyone, just the price please",
    "is the team event still on",
    "¿tienen clases para personas mayores?",
    "Faites-vous des cours pour personnes âgées ?",
    "Ist der Kurs für eine Person?",
  ],
};

for (const [wish, texts] of Object.entries(said))
  test.each(texts)(`%j says ${wish}`, (text) => {
    expect(readWish(text)).toBe(wish === "nothing" ? null : wish);
  });
