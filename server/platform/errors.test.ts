import { expect, test } from "vitest";
import { z } from "zod";
import { conflict, forbidden, invalid, notFound, Refusal, unavailable } from "./errors.ts";
import { refusalOf } from "./http/problems.ts";

test.each([
  [invalid("content_empty", "Say something.", "content"), 422, "content_empty"],
  [notFound("contact"), 404, "not_found"],
  [forbidden("inbox.read"), 403, "forbidden"],
  [conflict("contact_exists", "It is there."), 409, "contact_exists"],
  [unavailable("provider_unreachable", "Try again."), 503, "provider_unreachable"],
])("%s has its status and a stable code", (refusal, status, code) => {
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toBeInstanceOf(Error);
  expect([refusal.status, refusal.code]).toEqual([status, code]);
  expect(refusal.message).toMatch(/^[A-Z].+\.$/);
});

test("what is invalid names its field, where there is one", () => {
  expect(invalid("content_empty", "Say something.", "content").errors).toEqual([
    { path: "content", code: "content_empty", message: "Say something." },
  ]);
  expect(invalid("no_connection", "Connect a number.").errors).toEqual([]);
});

test("what a refusal says besides goes along, and no field of it is lost", () => {
  expect(conflict("contact_exists", "It is there.", { contactId: "con_1" }).more).toEqual({ contactId: "con_1" });
  expect(forbidden("inbox.read").more).toEqual({ permission: "inbox.read" });
  expect(invalid("content_too_long", "Too long.", "content", { maximum: 1600 })).toMatchObject({
    more: { maximum: 1600 },
    errors: [{ path: "content" }],
  });
});

const shape = z.strictObject({
  name: z.string().min(1),
  at: z.strictObject({ city: z.string() }).optional(),
  cursor: z.string().max(2).optional(),
});
const refused = (value: unknown) => {
  const { error } = shape.safeParse(value);
  return error && refusalOf(error);
};

test("what a schema finds names every field, and every unknown one by its own name", () => {
  expect(
    refused({ name: "", nmae: "x", at: { city: 1, town: 2 } })?.errors.map((each) => [each.path, each.code]),
  ).toEqual([
    ["name", "too_small"],
    ["at.city", "invalid_type"],
    ["at.town", "unknown_field"],
    ["nmae", "unknown_field"],
  ]);
});

test("its words begin with the first field", () => {
  expect(refused({ name: "Dana", nmae: "x" })).toMatchObject({
    status: 422,
    code: "invalid_request",
    message: "nmae: nmae is not a field of this request",
  });
  expect(refused("words")?.message).toMatch(/expected object/);
});

test("a cursor alone has a code of its own", () => {
  expect(refused({ name: "Dana", cursor: "long" })?.code).toBe("invalid_cursor");
  expect(refused({ name: "", cursor: "long" })?.code).toBe("invalid_request");
});
