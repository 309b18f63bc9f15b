/** How mail programs and phones mark words that are not the writer's own, in plain letters. */

export const SIGNATURES = [
  "SENT FROM MY ",
  "SENT VIA ",
  "GET OUTLOOK FOR ",
  "ENVOYE DE MON ",
  "ENVOYE DEPUIS MON ",
  "ENVIADO DESDE MI ",
  "ENVIADO DO MEU ",
  "VON MEINEM ",
  "GESENDET VON MEINEM ",
  "INVIATO DA ",
  "VERZONDEN VANAF MIJN ",
  "ОТПРАВЛЕНО С ",
];

export const QUOTE_HEADERS: readonly (readonly [start: string, end: string])[] = [
  ["ON ", " WROTE"],
  ["LE ", " A ECRIT"],
  ["EL ", " ESCRIBIO"],
  ["EM ", " ESCREVEU"],
  ["AM ", " SCHRIEB"],
  ["IL ", " HA SCRITTO"],
  ["OP ", " SCHREEF"],
];

const BEFORE = [
  ...["LIKED", "LOVED", "DISLIKED", "LAUGHED AT", "EMPHASIZED", "EMPHASISED", "QUESTIONED", "REACTED TO", "TO"],
  ...["REACTED WITH TO", "REMOVED FROM", "REMOVED A LIKE FROM", "REMOVED A HEART FROM", "REMOVED A DISLIKE FROM"],
  ...["REMOVED A LAUGH FROM", "REMOVED AN EXCLAMATION FROM", "REMOVED A QUESTION MARK FROM"],
  ...["LE GUSTO", "ME GUSTO", "ME GUSTA", "LE ENCANTO", "ME ENCANTO", "ME ENCANTA", "NO LE GUSTO", "NO ME GUSTA"],
  ...["SE RIO DE", "SE RIO CON", "ENFATIZO", "PREGUNTO POR", "REACCIONO A", "REACCIONO CON A", "CUESTIONO"],
  ...[
    "A AIME",
    "A ADORE",
    "N A PAS AIME",
    "A RI DE",
    "A RI A",
    "A SOULIGNE",
    "A REAGI A",
    "A REAGI AVEC A",
    "A QUESTIONNE",
  ],
  ...[
    "GOSTOU DE",
    "CURTIU",
    "AMOU",
    "ADOROU",
    "NAO GOSTOU DE",
    "RIU DE",
    "ENFATIZOU",
    "QUESTIONOU",
    "REAGIU A",
    "REAGIU COM A",
  ],
  ...[
    "HA MESSO MI PIACE A",
    "MI PIACE",
    "ADORA",
    "NON MI PIACE",
    "HA RISO PER",
    "HA RISO DI",
    "HA ENFATIZZATO",
    "HA REAGITO A",
  ],
  ...[
    "HA REAGITO CON A",
    "HA AGGIUNTO UN CUORE A",
    "LIEBT",
    "GEFALLT",
    "REAGIERTE AUF",
    "REAGIERTE MIT AUF",
    "LACHT UBER",
  ],
  ...["REAGEERDE OP", "REAGEERDE MET OP", "VINDT LEUK", "LACHTE OM", "ПОНРАВИЛОСЬ", "НРАВИТСЯ", "НЕ ПОНРАВИЛОСЬ"],
  ...["ОТРЕАГИРОВАЛ НА", "ОТРЕАГИРОВАЛ А НА", "РЕАКЦИЯ НА", "喜欢了", "喜歡了", "赞了", "对", "為", "为"],
];

/**
 * What a phone writes for a reaction: the words before the quotation, and how those after it begin. Emoji are no words,
 * so "Reacted 👍 to" reads REACTED TO.
 */
export const REACTIONS: readonly (readonly [before: string, after: string])[] = [
  ...BEFORE.map((before) => [before, ""] as const),
  ["", "GEFALLT"],
  ["", "LIEBT"],
  ["HAT", "MIT"],
  ["HAT AUF", "REAGIERT"],
  ["HAT MIT AUF", "REAGIERT"],
  ["HAT MIT AUF", ""],
  ["VOND", "LEUK"],
  ["VINDT", "LEUK"],
  ["HEEFT", "LEUK"],
  ["", "에"],
  ["", "을"],
  ["", "を"],
  ["", "に"],
  ["で", "に"],
];

/** Who quotes their own words. */
export const SPEAKING = new Set([
  ...[
    "SAID",
    "TOLD",
    "ASKED",
    "TYPED",
    "WROTE",
    "SENT",
    "REPLIED",
    "TEXTED",
    "SAYING",
    "SAY",
    "PEDI",
    "DIJE",
    "ESCRIBI",
  ],
  ...[
    "DIT",
    "ECRIT",
    "DEMANDE",
    "DISSE",
    "ESCREVI",
    "GESAGT",
    "GESCHRIEBEN",
    "DETTO",
    "SCRITTO",
    "GEZEGD",
    "СКАЗАЛ",
    "СКАЗАЛА",
  ],
]);

/** Who else may be said to have said them: "your text said …". */
export const OTHER_SPEAKERS = new Set([
  "YOUR",
  "YOU",
  "IT",
  "TEXT",
  "MESSAGE",
  "THEY",
  "SU",
  "VOTRE",
  "IHRE",
  "SUA",
  "ВАШЕ",
]);
