/** What a customer wishes beyond an answer, told from fixed lists: a person always comes when asked for. */
import { wordsOf } from "../knowledge/knowledge.ts";

/**
 * - person: wants to reach a human
 * - trouble: angry, hurt, in dispute, or speaks of law: nothing for a machine
 * - bot: asks whether it is one
 * - greeting, closing: says hello, or thanks; asks nothing
 */
export type Wish = "person" | "trouble" | "bot" | "greeting" | "closing";

const BOT = [
  /\b(are|is) (you|this|it|that) (just |actually |really )?(a |an )?(real |actual |live )?(chat ?bot|bot|robot|human|person|ai|a i|machine|computer|automated|real|someone real)\b/g,
  /\bam i (talking|speaking|chatting|texting|writing) (to|with) (a |an )?(real |actual |live )?(chat ?bot|bot|robot|human|person|ai|machine|computer|someone real)\b/g,
  /^you (a |an )?(bot|robot|human|ai|real person|real)$/g,
  /^(bot|robot|chatbot|is this automated)$/g,
  /\b(eres|es|sos|esto es|usted es) (un |una )?(bot|robot|humano|humana|persona|persona real|maquina|ia)\b/g,
  /\b(hablo|hablando|chateando) con (un |una )(bot|robot|humano|persona|maquina|ia)\b/g,
  /\b(etes vous|es tu|vous etes|tu es|t es|c est) (un |une )?(vraie? )?(bot|robot|humain|humaine|personne|ia|machine)\b/g,
  /\bparle (a|avec) (un |une )(vraie? )?(bot|robot|humain|personne|machine|ia)\b/g,
  /\b(bist du|sind sie|seid ihr|ist das|ist da) (nur )?(ein |eine )?(echter |echte )?(bot|chatbot|roboter|mensch|person|ki|maschine|computer)\b/g,
  /\b(schreibe|spreche|rede|chatte) ich (hier )?mit (einem |einer )(echten |echter )?(bot|roboter|menschen|person|ki|maschine|computer)\b/g,
];

const HUMAN_EN =
  "(person|people|human|humans|human being|agent|someone|somebody|representative|rep|operator|manager|supervisor|owner|boss|staff|employee|team|team member|customer service|support)";
const PERSON = [
  /\b(can|could|may|let me|want to|wanna|need to|like to|id like to|rather|how do i|please) (i )?(talk|speak|chat) (to|with)\b/,
  new RegExp(
    `\\b(talk|talking|speak|speaking|chat|text|connect me|transfer me|put me through|get me|pass me|give me) (to |with |on to )?(a |an |the |your |some |any )?(real |actual |live |different |other )?${HUMAN_EN}\\b`,
  ),
  /\b(real|actual|live|human) (person|human|being|agent|people|representative|rep|operator)\b/,
  /\b(want|need|get|prefer) (a |an )(human|person|representative|operator)\b/,
  /\b(call me|phone me|ring me|give me a call|call back|callback)\b/,
  /^(a |an )?(human|person|agent|operator|representative|rep|someone|somebody|staff|manager)( please| now| pls)?$/,
  /\b(hablar|comunicarme|conversar|pasame|paseme|ponme|contactar) con\b/,
  /\b(persona|agente|asesor|operador) (real|humano|humana|de verdad)\b/,
  /\b(quiero|necesito|prefiero) (a |un |una )?(humano|humana|persona|agente|operador|operadora|asesor|asesora)\b/,
  /^(humano|persona|agente|operador|operadora|asesor)( por favor)?$/,
  /\b(parler|discuter|echanger) (a|avec)\b/,
  /\b(vraie personne|vrai humain|personne reelle|etre humain|rappelez moi|me rappeler)\b/,
  /\b(veux|voudrais|besoin d) ?(un |une )?(humain|vraie personne|conseiller|conseillere|agent)\b/,
  /^(humain|une personne|conseiller|agent)( svp| s il vous plait)?$/,
  /\bmit (einem|einer|nem|ner|jemandem|jemanden|dem|der|ihrem|eurem)?( ?(echten|echter|richtigen|richtiger))? ?(menschen|mensch|person|mitarbeiter|mitarbeiterin|kollegen|chef|jemandem|jemanden)? ?(sprechen|reden|schreiben|telefonieren)\b/,
  /\b(echte person|echten menschen|echter mensch|richtigen menschen|richtige person|ruckruf|ruft mich an|rufen sie mich an)\b/,
  /^(mensch|mitarbeiter|person|einen menschen)( bitte)?$/,
];
const NOT_WANTED = /\b(dont|do not|no need to) (want|need|have) to (talk|speak)\b|\bno need to (talk|speak)\b/;

const TROUBLE = [
  /\b(furious|angry|pissed|outraged|outrageous|disgusted|disgusting|unacceptable|ridiculous|appalling|terrible (service|experience)|worst|fed up)\b/,
  /\b(scam|scammed|scammers|fraud|rip off|ripped off|complain|complaint|complaints|lawyer|attorney|solicitor|sue you|suing|to sue|legal action|police|chargeback)\b/,
  /\b((charged|billed) (me |us |my card )?(twice|again|too much)|double charged|overcharged|(my|our) money back|refund me|dispute)\b/,
  /\b(injured|injury|got hurt|hurt (myself|my)|accident|allergic reaction|hospital|suicide|suicidal|kill (myself|me)|want to die|end my life|passed away|funeral)\b/,
  /\b(furiosa?|furioso|enfadad[oa]|indignad[oa]|queja|quejarme|reclamacion|denuncia|denunciar|abogad[oa]|estafa|inaceptable|verguenza|cobrado dos veces|suicid\w*|accidente)\b/,
  /\b(furieux|furieuse|en colere|inadmissible|inacceptable|plainte|reclamation|avocat|arnaque|scandaleux|remboursez moi|debite deux fois|suicid\w*|accident)\b/,
  /\b(wutend|stinksauer|unverschamt\w*|beschwerde|beschweren|anwalt|betrug|frechheit|unzumutbar|doppelt abgebucht|suizid|selbstmord|umbringen|unfall)\b/,
];

const GREETING =
  /^((hi|hello|hey|hiya|heya|howdy|yo|there|good|morning|afternoon|evening|team|all|everyone|hola|buenas|buenos|dias|tardes|noches|bonjour|bonsoir|salut|coucou|hallo|guten|tag|morgen|abend|moin|servus)( |$)){1,4}$/;
const CLOSING =
  /^((thanks|thank|thx|ty|cheers|great|perfect|awesome|cool|ok|okay|k|got|it|so|very|much|a|lot|bye|goodbye|see|you|u|soon|then|good|nice|lovely|will|do|noted|appreciate|appreciated|no|problem|np|gracias|muchas|vale|perfecto|genial|adios|hasta|luego|merci|beaucoup|parfait|super|d|accord|au|revoir|bonne|journee|danke|vielen|dank|schon|alles|klar|tschuss|prima)( |$)){1,6}$/;

/** The wish in what a customer wrote, several messages joined by line breaks; null for an ordinary question. */
export function readWish(text: string): Wish | null {
  const said = text.split("\n").map(plain);
  const all = said.join(" | ");
  const withoutBot = BOT.reduce((rest, pattern) => rest.replaceAll(pattern, "|"), all);
  const parts = withoutBot.split("|").map((part) => part.trim());
  if (parts.some((part) => !NOT_WANTED.test(part) && PERSON.some((pattern) => pattern.test(part)))) return "person";
  if (TROUBLE.some((pattern) => pattern.test(withoutBot))) return "trouble";
  if (said.some((part) => BOT.some((pattern) => part.search(pattern) >= 0))) return "bot";
  if (said.every((part) => GREETING.test(part))) return "greeting";
  const asks = /[?¿]/.test(text);
  if (!asks && said.every((part) => part === "" || GREETING.test(part) || CLOSING.test(part))) return "closing";
  return null;
}

const SPELLED: Readonly<Record<string, string>> = { u: "you", r: "are", ur: "your", pls: "please", plz: "please" };
const plain = (text: string): string =>
  wordsOf(text)
    .map((word) => SPELLED[word] ?? word)
    .join(" ");
