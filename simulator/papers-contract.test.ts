import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { filing } from "./filing-kit.ts";
import { type Json, startBench } from "./test-kit.ts";

const shared = process.env.PARLEY_SHARED ?? resolve(import.meta.dirname, "../../shared");
const specFile = join(shared, "specs/twilio_numbers_v2.json");
const missing = existsSync(specFile) ? "" : ` (skipped: there is no ${specFile})`;

describe.skipIf(missing !== "")(`Regulatory Compliance as Twilio's API description has it${missing}`, () => {
  test("every answer has exactly the keys of Twilio's example", async () => {
    const { paths }: Json = JSON.parse(readFileSync(specFile, "utf8"));
    const bench = await startBench();
    const files = filing(bench);
    const { path, endUser, register, bundle } = await files.germanBundle();
    const compared: string[] = [];
    const compare = (method: string, template: string, status: number, answer: Json) => {
      const described = paths[`/v2/RegulatoryCompliance${template}`]?.[method.toLowerCase()];
      const name = `${method} ${template}`;
      const content = described?.responses[status]?.content;
      expect(described?.responses[status], name).toBeDefined();
      const examples: Json[] = Object.entries<Json>(content?.["application/json"].examples ?? {});
      const own = examples.filter(([key]) => !/empty/i.test(key)).map(([, example]) => String(keysOf(example.value)));
      if (content) expect(own, name).toContain(String(keysOf(answer)));
      compared.push(name);
    };
    const get = async (template: string, at: string) => compare("GET", template, 200, await files.get(at));
    const post = async (template: string, at: string, status: number, params: Record<string, string>) => {
      const answer = await files.post(at, params);
      expect(answer.status, at).toBe(status);
      compare("POST", template, status, answer.json);
      return answer.json;
    };

    await get("/Regulations", "/Regulations");
    await get("/Regulations/{Sid}", `/Regulations/${bundle.regulation_sid}`);
    const draft = await post("/EndUsers", "/EndUsers", 201, {
      ...{ FriendlyName: "Someone", Type: "individual", Attributes: '{"email":"dana@customer.example"}' },
    });
    await post("/EndUsers/{Sid}", `/EndUsers/${draft.sid}`, 200, { FriendlyName: "Somebody" });
    await get("/EndUsers/{Sid}", `/EndUsers/${draft.sid}`);
    expect((await files.remove(`/EndUsers/${endUser.sid}`)).status).toBe(400);
    const paper = await post("/SupportingDocuments", "/SupportingDocuments", 201, {
      ...{ FriendlyName: "Passport", Type: "passport", Attributes: '{"first_name":"Dana","last_name":"Reed"}' },
    });
    const document = `/SupportingDocuments/${paper.sid}`;
    await post("/SupportingDocuments/{Sid}", document, 200, { FriendlyName: "Dana's passport" });
    await get("/SupportingDocuments/{Sid}", document);
    const wanted = { FriendlyName: "x", Email: "a@b.example", RegulationSid: bundle.regulation_sid };
    const empty = await post("/Bundles", "/Bundles", 201, wanted);
    await get("/Bundles", "/Bundles");
    await get("/Bundles/{Sid}", path);
    const items = `/Bundles/${empty.sid}/ItemAssignments`;
    const item = await post("/Bundles/{BundleSid}/ItemAssignments", items, 201, { ObjectSid: paper.sid });
    await get("/Bundles/{BundleSid}/ItemAssignments", items);
    await get("/Bundles/{BundleSid}/ItemAssignments/{Sid}", `${items}/${item.sid}`);
    expect((await files.remove(`${items}/${item.sid}`)).status).toBe(204);
    const at = `${path}/Evaluations`;
    await files.post(`/SupportingDocuments/${register.sid}`, { Attributes: "{}" });
    const evaluation = await post("/Bundles/{BundleSid}/Evaluations", at, 201, {});
    await get("/Bundles/{BundleSid}/Evaluations", at);
    await get("/Bundles/{BundleSid}/Evaluations/{Sid}", `${at}/${evaluation.sid}`);
    await post("/Bundles/{Sid}", `/Bundles/${empty.sid}`, 200, { Email: "mara@kiln.example" });
    expect(compared.length).toBeGreaterThan(15);
    await bench.stop();
  });
});

/** What was filled in may be anything, and no example has a field that is valid. */
const OPEN = new Set(["attributes", "valid"]);

/** Every key of a JSON value with its path, lists by their items' keys. */
function keysOf(value: Json, path = ""): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => keysOf(item, `${path}[]`)))].sort();
  if (typeof value !== "object" || value === null) return [];
  return Object.keys(value)
    .flatMap((key) => [`${path}.${key}`, ...(OPEN.has(key) ? [] : keysOf(value[key], `${path}.${key}`))])
    .sort();
}
