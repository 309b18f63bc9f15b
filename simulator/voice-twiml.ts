type Verb = { name: string; attributes: Record<string, string> };

const VERB = /<(Say|Dial|Number|Record|Reject|Hangup)\b((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g;

/** The verbs of a call's TwiML that this simulator follows, in order. */
export const readVoiceTwiml = (xml: string): Verb[] =>
  [...xml.matchAll(VERB)].map(([, name = "", given = ""]) => ({
    name,
    attributes: Object.fromEntries(
      [...given.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key = "", double, single]) => [
        key,
        (double ?? single ?? "")
          .replaceAll("&quot;", '"')
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&amp;", "&"),
      ]),
    ),
  }));
