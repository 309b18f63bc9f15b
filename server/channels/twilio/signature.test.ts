import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { noSharedFiles, sharedFile } from "../../../test/support/shared.ts";
import { type FormParameter, isSignedBy, parseForm, signatureOf } from "./signature.ts";

const Params = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const Vectors = z.object({
  form: z.array(
    z.object({
      name: z.string(),
      token: z.string(),
      url: z.string(),
      params: Params,
      signature: z.string().nullable(),
      valid: z.boolean(),
    }),
  ),
  json: z.array(
    z.object({
      name: z.string(),
      token: z.string(),
      url: z.string(),
      raw_body: z.string(),
      signature: z.string(),
      valid: z.boolean(),
    }),
  ),
  equivalence: z.array(
    z.object({
      token: z.string(),
      signed_url: z.string(),
      presented_url: z.string(),
      params: Params,
      signature: z.string(),
      valid: z.boolean(),
    }),
  ),
  generated: z.array(
    z.object({ name: z.string(), token: z.string(), url: z.string(), params: Params, signature: z.string() }),
  ),
  body_hash: z.array(z.object({ raw_body: z.string(), bodySHA256: z.string() })),
});

function readVectors() {
  const file = sharedFile("vectors/signatures.json");
  return file && Vectors.parse(JSON.parse(readFileSync(file, "utf8")));
}

function pairsOf(params: z.infer<typeof Params>): FormParameter[] {
  return Object.entries(params).flatMap(([name, values]) =>
    [values].flat().map((value): FormParameter => [name, value]),
  );
}

/** As Twilio's library wants them: the values of a repeated name in a list. */
function recordOf(params: readonly FormParameter[]): z.infer<typeof Params> {
  const lists = Map.groupBy(params, ([name]) => name);
  return Object.fromEntries(
    [...lists].map(([name, pairs]) => {
      const [first = "", ...others] = pairs.map(([, value]) => value);
      return [name, others.length > 0 ? [first, ...others] : first];
    }),
  );
}

const token = "0123456789abcdef0123456789abcdef";

describe("the vectors of Twilio's own libraries", () => {
  test("forms", ({ skip }) => {
    const vectors = readVectors();
    if (!vectors) return skip(noSharedFiles);
    expect(vectors.form.length).toBeGreaterThan(10);
    for (const { name, token, url, params, signature, valid } of vectors.form) {
      expect(isSignedBy([token], signature ?? undefined, url, pairsOf(params)), name).toBe(valid);
    }
    for (const { name, token, url, params, signature } of vectors.generated) {
      expect(signatureOf(token, url, pairsOf(params)), name).toBe(signature);
      expect(isSignedBy([token], signature, url, pairsOf(params)), name).toBe(true);
    }
  });

  test("JSON bodies", ({ skip }) => {
    const vectors = readVectors();
    if (!vectors) return skip(noSharedFiles);
    expect(vectors.json.length).toBeGreaterThan(3);
    for (const { name, token, url, raw_body, signature, valid } of vectors.json) {
      expect(isSignedBy([token], signature, url, [], raw_body), name).toBe(valid);
    }
    for (const { raw_body, bodySHA256 } of vectors.body_hash) {
      const url = `https://kiln.example/hook?bodySHA256=${bodySHA256}`;
      expect(isSignedBy([token], signatureOf(token, url, []), url, [], raw_body)).toBe(true);
    }
  });

  test("forms of one URL", ({ skip }) => {
    const vectors = readVectors();
    if (!vectors) return skip(noSharedFiles);
    expect(vectors.equivalence.length).toBeGreaterThan(5);
    for (const { token, signed_url, presented_url, params, signature, valid } of vectors.equivalence) {
      expect(isSignedBy([token], signature, presented_url, pairsOf(params)), presented_url).toBe(valid);
      expect(signatureOf(token, signed_url, pairsOf(params)) === signature, signed_url).toBe(true);
    }
  });
});

describe("agrees with Twilio's Node library", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("", " ", "STOP ", "é😀", "a+b&c=d"),
  );
  const name = fc.oneof(
    fc.constantFrom("Body", "From", "To", "MediaUrl0", "Sid", "SidAccount", "a", "A", "é"),
    text.filter((any) => any !== "__proto__"),
  );
  const params = fc.array(fc.tuple(name, text), { maxLength: 12 });
  const url = fc
    .record({
      scheme: fc.constantFrom("https://", "http://", "HTTPS://"),
      credentials: fc.constantFrom("", "user@", "user:pass@"),
      host: fc.constantFrom("kiln.example", "Kiln.Example", "127.0.0.1", "[::1]"),
      port: fc.constantFrom("", ":443", ":80", ":8443"),
      path: fc.constantFrom("", "/", "/hooks/twilio", "/a b/é", "/x'y"),
      query: fc.constantFrom("", "?", "?a=1", "?q=It's+amazing&b=%27", "?tenant=a%20b&x=", "?é=ü&a=1&a=2"),
    })
    .map((parts) => Object.values(parts).join(""));

  test("on what a request's signature is", () => {
    fc.assert(
      fc.property(url, params, (url, params) => {
        expect(signatureOf(token, url, params)).toBe(twilio.getExpectedTwilioSignature(token, url, recordOf(params)));
      }),
      { numRuns: 2000 },
    );
  });

  test("on which requests are signed, whatever form of the URL was signed and whichever is seen", () => {
    fc.assert(
      fc.property(url, url, params, fc.boolean(), (one, other, params, same) => {
        const seen = same ? one : other;
        for (const signed of [one, new URL(one).href, one.replace(/:\d+(?=[/?]|$)/, ""), one.replaceAll("'", "%27")]) {
          const signature = signatureOf(token, signed, params);
          expect(isSignedBy([token], signature, seen, params)).toBe(
            twilio.validateRequest(token, signature, seen, recordOf(params)),
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("on JSON bodies", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("", " ", "x"), fc.boolean(), (body, added, withHash) => {
        const hash = createHash("sha256").update(body).digest("hex");
        const url = `https://kiln.example/hook?${withHash ? `a=b&bodySHA256=${hash}` : "a=b"}`;
        const signature = signatureOf(token, url, []);
        expect(isSignedBy([token], signature, url, [], body + added)).toBe(
          twilio.validateRequestWithBody(token, signature, url, body + added),
        );
      }),
    );
  });
});

describe("a request from Kiln & Co.'s number", () => {
  const url = "https://kiln.example/api/webhooks/twilio/sms";
  const body = "Body=+STOP+&From=%2B14155550101&To=%2B14155550199&MediaUrl0=&Note=%F0%9F%98%80+%C3%A9";
  const params = parseForm(body);

  test("is known by the new token and by the old one", () => {
    const signature = signatureOf("old", url, params);
    expect(isSignedBy(["new", "old"], signature, url, params)).toBe(true);
    expect(isSignedBy(["new"], signature, url, params)).toBe(false);
    expect(isSignedBy([], signature, url, params)).toBe(false);
  });

  test("is refused without a signature, with a foreign one, or when anything was changed", () => {
    const signature = signatureOf(token, url, params);
    expect(isSignedBy([token], signature, url, params)).toBe(true);
    for (const wrong of [undefined, "", "x", `${signature}=`, signature.toLowerCase(), "é".repeat(14)]) {
      expect(isSignedBy([token], wrong, url, params), wrong).toBe(false);
    }
    expect(isSignedBy([token], signature, `${url}/`, params)).toBe(false);
    expect(isSignedBy([token], signature, "not a URL", params)).toBe(false);
    expect(isSignedBy([token], signature, url, parseForm(body.replace("+STOP+", "STOP")))).toBe(false);
    expect(isSignedBy([token], signature, url, [...params, ["OptOutType", "STOP"]])).toBe(false);
  });

  test("is refused with a JSON body that the URL does not vouch for", () => {
    expect(isSignedBy([token], signatureOf(token, url, []), url, [], "{}")).toBe(false);
  });
});

describe("a form", () => {
  test("is read as it was sent", () => {
    expect(parseForm("Body=++a%20b+%2B%0A&MediaUrl=1&MediaUrl=2&MediaUrl=1&Empty=&Bare&&=x&a=b=c")).toEqual([
      ["Body", "  a b +\n"],
      ["MediaUrl", "1"],
      ["MediaUrl", "2"],
      ["MediaUrl", "1"],
      ["Empty", ""],
      ["Bare", ""],
      ["", "x"],
      ["a", "b=c"],
    ]);
    expect(parseForm("")).toEqual([]);
  });

  test("with broken escapes is read as the URL standard reads it", () => {
    expect(parseForm("a=%&b=%4&c=%zz%41&d=%FF%41&e=%E2%82&f=100%+sure&?=%EF%BB%BFx")).toEqual([
      ["a", "%"],
      ["b", "%4"],
      ["c", "%zzA"],
      ["d", "\ufffdA"],
      ["e", "\ufffd"],
      ["f", "100% sure"],
      ["?", "\ufeffx"],
    ]);
    expect(parseForm("é%FF😀=%41")).toEqual([["é\ufffd😀", "A"]]);
  });

  test("is read like the platform's own parser, whatever it holds", () => {
    const anyForm = fc.oneof(
      // ASCII, as forms are: where an escape is broken, Node's parser garbles other characters that stand beside it.
      fc.string({ unit: fc.constantFrom(..."a=&+%%4f2FEC0 ?") }),
      fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }))).map(asForm),
    );
    fc.assert(
      fc.property(anyForm, (body) => {
        expect(parseForm(body)).toEqual([...new URLSearchParams(`?${body}`)]);
      }),
      { numRuns: 2000 },
    );
  });

  function asForm(pairs: [string, string][]): string {
    return new URLSearchParams(pairs).toString();
  }
});
