/** What is wrong with a request is said in one form, names its field, and leaves nothing half-written. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { keyWith, ownerSession } from "../support/people.ts";
import { nobodys, withIds } from "../support/route-ids.ts";
import { asOwner } from "../support/sql.ts";
import { DANA, foundTown, type Town } from "../support/town.ts";

let town: Town;
let authorization: string;
const EVERYTHING = [
  "contacts.read",
  "contacts.write",
  "contacts.erase",
  "inbox.read",
  "settings.write",
  "apikeys.manage",
  "providers.manage",
  "agents.write",
];
beforeAll(async () => {
  town = await foundTown();
  authorization = `Bearer ${(await keyWith(town, EVERYTHING)).secret}`;
});
afterAll(() => town.stop());

interface Said {
  status: number;
  contentType: string | null;
  problem: {
    type: string;
    title: string;
    status: number;
    detail: string;
    code: string;
    errors?: Array<{ path: string; code: string; message: string }>;
  };
  retryAfter: string | null;
}

/** Sends a request as it stands and holds the answer against the form of a problem document. */
async function provoke(
  method: string,
  path: string,
  body?: string | Buffer,
  contentType = "application/json",
  as: Record<string, string> = { authorization },
): Promise<Said> {
  const headers = { ...as, ...(body === undefined ? {} : { "content-type": contentType }) };
  const response = await fetch(`${town.publicUrl}${path}`, { method, headers, body: body ?? null });
  const problem = (await response.json()) as Said["problem"];
  const { status } = response;
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({
    type: expect.stringMatching(/^https:\/\/.+\/problems\//),
    title: expect.stringMatching(/\w/),
    status,
  });
  expect(problem.detail).toMatch(/\w+ .*\.?$/);
  expect(problem.code).toMatch(/^[a-z_]+$/);
  return {
    status,
    contentType: response.headers.get("content-type"),
    problem,
    retryAfter: response.headers.get("retry-after"),
  };
}

const contact = (more: object) => provoke("POST", "/api/contacts", JSON.stringify({ phone: DANA, ...more }));

afterEach(async () => {
  expect((await town.api.get("/api/contacts")).body.items).toEqual([]); // nothing was half-written
});

describe("a field that is not one", () => {
  test("is refused by name, so that a typo is never ignored", async () => {
    const { status, problem } = await contact({ nickname: "Dee" });
    expect(status).toBe(422);
    expect(problem).toMatchObject({ code: "invalid_request", errors: [{ path: "nickname", code: "unknown_field" }] });
    expect(problem.detail).toContain("nickname");
  });

  test("is named with its place where it stands deeper", async () => {
    const { problem } = await provoke("PATCH", "/api/workspace", JSON.stringify({ notices: { stopp: "Bye" } }));
    expect(problem.errors).toMatchObject([{ path: "notices.stopp", code: "unknown_field" }]);
  });

  test("is refused where no body is asked for", async () => {
    const { status, problem } = await provoke("DELETE", `/api/contacts/${nobodys("con")}`, '{"really":true}');
    expect([status, problem.errors?.[0]?.path]).toEqual([422, "really"]);
  });

  test("is refused in a query too", async () => {
    const { status, problem } = await provoke("GET", "/api/contacts?phones=%2B14155550101");
    expect([status, problem.errors?.[0]?.path]).toEqual([422, "phones"]);
  });
});

test("every wrong field is named at once", async () => {
  const { status, problem } = await contact({ phone: "call me", email: "nobody", tags: "one", name: 7 });
  expect(status).toBe(422);
  expect(problem.errors?.map((each) => each.path).sort()).toEqual(["email", "name", "phone", "tags"]);
});

test.each([
  ["broken off", '{"phone": "+14155550101"'],
  ["not JSON", "phone=+14155550101"],
  ["poisoned", '{"phone":"+14155550101","__proto__":{"admin":true}}'],
])("a body that is %s is malformed", async (_what, body) => {
  expect(await provoke("POST", "/api/contacts", body)).toMatchObject({
    status: 400,
    problem: { code: "malformed_request" },
  });
});

test("a body that is empty is none, though its type was named", async () => {
  const { status, problem } = await provoke("POST", "/api/contacts", "");
  expect([status, problem.errors?.map((each) => each.path)]).toEqual([422, ["phone"]]);
  expect((await provoke("DELETE", `/api/contacts/${nobodys("con")}`, "")).status).toBe(404);
});

test.each([
  ["a list", "[]"],
  ["a word", '"+14155550101"'],
  ["null", "null"],
  ["a number", "5"],
])("a body that is %s is refused", async (_what, body) => {
  expect((await provoke("POST", "/api/contacts", body)).status).toBe(422);
});

test.each([
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/xml",
  "text/json",
])("a body sent as %s is refused: JSON is wanted", async (contentType) => {
  const said = await provoke("POST", "/api/contacts", JSON.stringify({ phone: DANA }), contentType);
  expect(said).toMatchObject({ status: 415, problem: { code: "unsupported_media_type" } });
});

test("a body over 1 MB is refused", async () => {
  const said = await contact({ name: "x".repeat(1024 * 1024) });
  expect(said).toMatchObject({ status: 413, problem: { code: "too_large" } });
});

test.each([
  ["a zero byte in a name", { name: "Da\0na" }, "name"],
  ["half of a surrogate pair in a name", { name: "Dana \ud83d" }, "name"],
  ["a zero byte deep in attributes", { attributes: { car: { plates: ["7ABC\0"] } } }, "attributes.car.plates.0"],
  ["half of a surrogate pair in an attribute", { attributes: { mood: "\ud83d" } }, "attributes.mood"],
  ["a zero byte in an attribute's name", { attributes: { "car\0": 1 } }, "attributes"],
])("%s can't be kept and is refused", async (_what, more, path) => {
  const { status, problem } = await contact(more);
  expect([status, problem.errors?.map((each) => each.path)]).toEqual([422, [path]]);
});

test("a body nested without end is refused", async () => {
  const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
  const { status, problem } = await provoke("POST", "/api/contacts", `{"phone":"${DANA}","attributes":${deep}}`);
  expect([status, problem.code]).toEqual([422, "invalid_request"]);
});

test("a zero byte in a query is refused", async () => {
  expect((await provoke("GET", "/api/contacts?q=a%00b")).status).toBe(422);
});

describe("what is not there", () => {
  test.each([
    ["GET", "/api/nothing"],
    ["GET", "/nothing"],
    ["GET", "/api/contacts/"],
    ["DELETE", "/api/contacts"],
    ["PUT", "/api/workspace"],
  ])("%s %s answers 404", async (method, path) => {
    expect(await provoke(method, path)).toMatchObject({ status: 404, problem: { code: "not_found" } });
  });

  test.each([
    nobodys("con"),
    nobodys("cnv"),
    "con_1",
    `CON_${"0".repeat(32)}`,
    `con_${"g".repeat(32)}`,
    `con_${"0".repeat(33)}`,
    "con_%00",
    "'",
    "..%2f..",
    "x".repeat(150),
  ])("the id %s is nobody's", async (id) => {
    expect(await provoke("GET", `/api/contacts/${id}`)).toMatchObject({ status: 404, problem: { code: "not_found" } });
  });

  test("an address that can't be decoded is said to be wrong", async () => {
    expect(await provoke("GET", "/api/contacts/%zz")).toMatchObject({ status: 400 });
  });

  test("an id without end is nobody's", async () => {
    expect((await provoke("GET", `/api/contacts/${"x".repeat(1000)}`)).status).toBe(404);
  });
});

describe("paging", () => {
  let cookie: string;
  beforeAll(async () => {
    cookie = (await ownerSession(town)).cookie;
  });
  // Some lists are a person's own, so it is the owner who asks.
  const ask = (path: string) => provoke("GET", path, undefined, undefined, { cookie });

  /** Every list that pages, from the API's own description. */
  async function paged(): Promise<string[]> {
    const { paths } = (await town.api.get("/api/openapi.json")).body as unknown as {
      paths: Record<string, { get?: { parameters: Array<{ name?: string }> } }>;
    };
    return Object.entries(paths).flatMap(([path, { get }]) =>
      get?.parameters.some((each) => each.name === "cursor")
        ? [withIds(path.replace(/\{(\w+)\}/g, ":$1"), nobodys)]
        : [],
    );
  }

  test.each(["nonsense", "con_1", "0", "9999999999999999.cnv_00000000000000000000000000000000", "' or 1=1", "%00", ""])(
    "a cursor that no page gave out is refused: %s",
    async (cursor) => {
      const lists = await paged();
      expect(lists.length).toBeGreaterThan(3);
      for (const path of lists) {
        const { status, problem } = await ask(`${path}?cursor=${encodeURIComponent(cursor)}`);
        expect([path, status, problem.errors?.[0]?.path]).toEqual([path, 422, "cursor"]);
      }
    },
  );

  test.each(["0", "201", "-1", "1.5", "many", "", "1&limit=2"])(
    "a limit outside 1 to 200 is refused: %s",
    async (limit) => {
      for (const path of await paged()) {
        const { status, problem } = await ask(`${path}?limit=${limit}`);
        expect([path, status, problem.errors?.[0]?.path]).toEqual([path, 422, "limit"]);
      }
    },
  );
});

test("what breaks on our side is logged, and its answer shows nothing of our inside", async () => {
  await asOwner(town, "revoke select on contacts from parley_app");
  try {
    const { status, problem } = await provoke("GET", "/api/contacts");
    expect([status, problem.code]).toEqual([500, "internal_error"]);
    expect(JSON.stringify(problem)).not.toMatch(/permission denied|select|contacts/);
    expect(town.logLines.some((line) => line.includes("permission denied for table contacts"))).toBe(true);
  } finally {
    await asOwner(town, "grant select on contacts to parley_app");
  }
});

test("an answer says that browsers have nothing to run, frame or guess in it", async () => {
  const { headers } = await town.api.get("/api/me");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("x-powered-by")).toBeNull();
});
