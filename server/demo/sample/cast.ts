/** Who appears in the sample: the studio's people, its numbers, its customers, and the phones that one can hold. */
import type { DemoPhone } from "../../../contract/demo.ts";
import type { PhoneNumber } from "../../../contract/phone-number.ts";
import type { Colleague } from "./script.ts";

export const STUDIO = { name: "Kiln & Co.", timeZone: "America/New_York" };

export const COLLEAGUES: Record<Colleague, { name: string; email: string; role: "owner" | "admin" | "agent" }> = {
  ana: { name: "Ana Whitlock", email: "ana@kilnandco.example", role: "owner" },
  tomas: { name: "Tomás Rivera", email: "tomas@kilnandco.example", role: "admin" },
  june: { name: "June Park", email: "june@kilnandco.example", role: "agent" },
};

export const NUMBERS = {
  studio: { phoneNumber: "+18285550142", friendlyName: "Studio line" },
  events: { phoneNumber: "+18285550177", friendlyName: "Parties & events" },
} as const;

/** `form`: opted in on the booking page; `import`: was in the old list; none: never said. */
type Consent = "form" | "import" | null;

export interface Person {
  name: string;
  phone: PhoneNumber;
  consent: Consent;
  tags: string[];
  attributes: Record<string, string | number | boolean>;
  email?: string;
  language?: string;
}

export const DISCLOSURE =
  "By ticking this box you agree to receive class reminders and studio news from Kiln & Co. by text. About 4 messages a month. Msg & data rates may apply. Reply HELP for help, STOP to unsubscribe. Consent is not a condition of purchase.";
export const FORM_PROOF = "Ticked the text box while booking at kilnandco.example/classes";
export const IMPORT_PROOF = "Paper sign-up sheet of the spring open day, scanned (folder 2, box B)";

const person = (
  name: string,
  last: string,
  consent: Consent,
  tags: string[],
  attributes: Person["attributes"] = {},
  more: Pick<Person, "email" | "language"> = {},
): Person => ({ name, phone: `+1${last}`, consent, tags, attributes, ...more });

export const PEOPLE: readonly Person[] = [
  person(
    "Maya Lindqvist",
    "8285550101",
    "form",
    ["student", "wheel"],
    { level: "beginner", classes_taken: 3 },
    { email: "maya.l@example.com" },
  ),
  person(
    "Devon Brooks",
    "8285550102",
    "form",
    ["member"],
    { shelf: "B7", member_since: "2024" },
    { email: "devon@example.com" },
  ),
  person("Priya Raman", "8285550103", "form", ["kids-club", "parent"], { child: "Anika, 8" }),
  person(
    "Hannah Okafor",
    "8285550104",
    null,
    ["party"],
    { event: "team offsite", guests: 12 },
    { email: "hannah@okafordesign.example" },
  ),
  person("Luis Ortega", "8285550105", null, ["student"], {}, { language: "es" }),
  person("Carmen Vidal", "8285550106", "form", ["student"], { level: "beginner" }, { language: "es" }),
  person(
    "Theo Marchetti",
    "7045550107",
    "form",
    ["wholesale"],
    { shop: "Marchetti Coffee", pieces: 48 },
    { email: "theo@marchetticoffee.example" },
  ),
  person("Grace Kimball", "8285550108", "form", ["student"], { level: "intermediate" }),
  person("Sam Whitaker", "8285550109", "import", ["student", "gift"], { voucher: "KC-2281" }),
  person("Nadia Haddad", "9195550110", "form", ["firing-service"], { clay: "B-mix, cone 6" }),
  person("Oliver Penn", "8285550111", "import", ["member"], { shelf: "A2", member_since: "2022" }),
  person("Bea Lowell", "8285550112", null, ["student"], { level: "beginner" }),
  person("Marcus Tillman", "4045550113", "form", ["party"], { event: "birthday", guests: 9 }),
  person("Ingrid Solberg", "8285550114", "form", ["member", "teacher"], { shelf: "C1" }),
  person("Joelle Fontaine", "8285550115", "import", ["student"], { level: "advanced" }),
  person("Ravi Chandran", "9195550116", "form", ["student", "date-night"], { level: "beginner" }),
  person("Kayla Jennings", "8285550117", "form", ["student"], { level: "beginner" }),
  person("Walter Simms", "8285550118", null, [], {}),
  person("Rosa Delgado", "8285550119", "form", ["kids-club", "parent"], { child: "Mateo, 6" }, { language: "es" }),
  person("Eli Rosenthal", "8285550120", "form", ["member"], { shelf: "B3", member_since: "2023" }),
  person("Fiona Gallagher", "8655550121", null, ["visitor"], { from: "Knoxville" }),
  person("Tyrell Washington", "8285550122", "form", ["student"], { level: "intermediate", classes_taken: 6 }),
  person("Yuki Tanaka", "8285550123", "form", ["member"], { shelf: "A5", member_since: "2025" }),
  person("Abby Croft", "8285550124", "import", ["student"], {}),
  person("Neil Abernathy", "4235550125", null, ["firing-service"], { clay: "unknown" }),
  person("Simone Baptiste", "8285550126", "form", ["student", "date-night"], {}),
  person("Connor Doyle", "8285550127", "form", ["student"], { level: "beginner" }),
  person("Leila Farahani", "8285550128", "form", ["member"], { shelf: "C4" }, { email: "leila@example.com" }),
  person("Patrick Osei", "7045550129", null, ["party"], { event: "bachelorette", guests: 14 }),
  person("Wren Halloway", "8285550130", "form", ["student"], { pronouns: "they/them" }),
  person("Gus Petrakis", "8285550131", "import", ["wholesale"], { shop: "Olive & Thyme" }),
  person("Mina Cho", "8285550132", "form", ["student"], { level: "beginner" }),
  person("Dorothy Haines", "8285550133", "import", ["member", "vip"], { shelf: "A1", member_since: "2016" }),
  person("Jonah Reyes", "8285550134", "form", ["student"], {}),
  person("Harper Quill", "8285550135", "form", ["student", "press"], { paper: "Mountain Weekly" }),
  person("Vikram Sethi", "9195550136", "import", ["gift"], { voucher: "KC-2317" }),
  person("Celeste Moreau", "8285550137", "form", ["member"], { shelf: "C2" }),
  person("Amos Tucker", "8285550138", "import", [], {}),
  person("Tessa Ng", "8285550139", "form", ["student"], { level: "beginner" }),
  person("Bram de Wit", "8285550140", "form", ["teacher"], { teaches: "raku" }),
  person("Isabel Franco", "8285550141", "form", ["student"], {}, { language: "es" }),
  person("Lottie Baird", "8285550143", "form", ["member"], { shelf: "B1" }),
];

/** Somebody the studio has never heard of. */
export const STRANGER = "+18285550199";

export const PHONES: readonly DemoPhone[] = [
  {
    number: "+18285550101",
    name: "Maya Lindqvist",
    about: "Takes wheel classes. Clay has answered her before.",
    suggestions: ["How much is a wheel class for 2?", "r u open on sunday?", "Can I talk to a person?"],
    burst: ["hi again", "one more thing", "can i bring my sister to the class?"],
  },
  {
    number: STRANGER,
    name: "Somebody new",
    about: "The studio has never heard of this number.",
    suggestions: [
      "Hi! I've never done pottery before, can I still come to a class?",
      "Do you repair bicycles?",
      "HELP",
    ],
    burst: ["hello", "is this the pottery place?", "where are you?"],
  },
  {
    number: "+18285550122",
    name: "Tyrell Washington",
    about: "His bowl cracked in the kiln; Ana has taken the conversation over.",
    suggestions: ["Any news about my bowl?", "Thanks!"],
    burst: ["hey", "me again", "is there any glaze left to fix it?"],
  },
  {
    number: "+18285550105",
    name: "Luis Ortega",
    about: "Writes in Spanish, which Clay hands to a person.",
    suggestions: ["¿Cuánto cuesta la clase de torno?", "PARAR", "INICIAR"],
    burst: ["hola", "una pregunta", "¿abren el domingo?"],
  },
  {
    number: "+18285550108",
    name: "Grace Kimball",
    about: "Wrote STOP two weeks ago: the composer is locked until she writes START.",
    suggestions: ["Hi, are you open today?"],
    burst: ["hi", "it's grace", "i miss your newsletter"],
  },
];
