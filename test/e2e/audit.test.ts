/** The audit log in a real browser: who changed what, found again, folded out, and nobody else's business. */
import { beforeAll, expect, test } from "vitest";
import { beginRequest, GERMAN } from "../support/papers.ts";
import { hire } from "../support/people.ts";
import type { Town } from "../support/town.ts";
import { describeAtDesk } from "./at-the-desk.ts";
import { barriers, onlyComplainedOf, visit } from "./browser.ts";

/** An agent that goes live twice, and back to what it was. */
async function rollBack({ api }: Town): Promise<void> {
  const base = (await api.post("/api/knowledge-bases", { name: "Kiln times" })).body;
  const { id } = (await api.post("/api/agents", { name: "Clay" })).body;
  const publish = (version: object) => api.post(`/api/agents/${id}/publish`, { environments: ["live"], ...version });
  await publish({});
  await api.patch(`/api/agents/${id}`, { knowledgeBaseIds: [base.id], confidenceBound: 0.75 });
  await publish({});
  await publish({ version: 1 });
  await publish({ version: null });
}

/** Papers with names of Twilio's own. */
async function fillIn(town: Town): Promise<void> {
  const { id, papers } = await beginRequest(town, { ...GERMAN, numberType: "local" });
  const values = { business_name: "Kiln & Co." };
  const documents = { business_name_info: { type: "commercial_register", values, fileId: null } };
  await town.api.patch(`/api/sms-requests/${id}`, { papers: { ...papers, documents } });
}

/** A purchase that hangs where the number is sold and its webhooks can't be set. */
async function giveUp(town: Town): Promise<void> {
  const account = (await town.api.get("/api/provider-accounts")).body.items?.[0];
  const sold = (await town.passing(town.api.get("/api/channels/sms/numbers?areaCode=628"))).body.items?.[0];
  const [providerAccountId, phoneNumber] = [account?.id, String(sold?.phoneNumber)];
  town.simulator.addFaults([
    { kind: "status", status: 503, match: { method: "POST", path: "IncomingPhoneNumbers/PN" } },
  ]);
  const buying = await town.passing(town.api.post("/api/channels/sms/buy", { providerAccountId, phoneNumber }));
  await town.passing(town.api.post(`/api/activations/${buying.body.id}/deactivate`, { confirm: phoneNumber }));
  town.simulator.clearFaults();
}

async function prepare(town: Town): Promise<void> {
  const { id } = await town.connect("+14155550142", { friendlyName: "Front desk" });
  const noor = await hire(town, "admin", "Noor");
  await noor.api.patch(`/api/channels/${id}`, { mps: 5, keywordReplies: "parley" });
  await noor.api.post(`/api/channels/${id}/setup-status`, {
    ...{ mutation: "set-sms-compliance", smsCompliance: { brand: { city: "Quixley" } } },
  });
  await noor.api.patch(`/api/channels/${id}`, { active: false });
  await noor.api.patch(`/api/channels/${id}`, { active: true });
  await noor.api.patch("/api/workspace", { timeZone: "Europe/Lisbon" });
  await rollBack(town);
  await fillIn(town);
  await giveUp(town);
  for (let n = 0; n < 30; n++) await noor.api.post("/api/knowledge-bases", { name: `Shelf ${n + 1}` });
  for (let n = 0; n < 30; n++) await noor.api.post("/api/agents", { name: `Helper ${n + 1}` });
  await hire(town, "viewer", "Vera");
}

describeAtDesk("the audit log", { prepare, mayComplainOf: /401|403|500/ }, (desk) => {
  const at = (path = "") => `${desk.town.publicUrl}/settings/audit${path}`;
  const rows = () => desk.page.getByRole("list", { name: "Entries" }).getByRole("listitem");
  const row = (words: string | RegExp) => rows().filter({ hasText: words });
  const choose = async (filter: string, choice: string) => {
    await desk.page.getByRole("combobox", { name: filter }).click();
    await desk.page.getByRole("option", { name: choice, exact: true }).click();
  };
  beforeAll(async () => {
    await desk.page.goto(at());
    await rows().first().waitFor();
  });

  test("says who did what, the newest first, with the whole time where one points", async () => {
    expect(await rows().count()).toBe(50);
    const words = await rows().first().textContent();
    expect(words).toContain("added Vera as a member");
    const time = rows().first().getByRole("time");
    expect(await time.getAttribute("title")).toMatch(/\d{4}/);
    expect(await barriers(desk.page)).toEqual([]);
  });

  test("shows older ones when asked", async () => {
    await desk.page.getByRole("button", { name: "Show older" }).click();
    await row("Noor changed the settings of Front desk").waitFor();
    expect(await desk.page.getByRole("button", { name: "Show older" }).count()).toBe(0);
  });

  test("folds out what it was and what it is, by keyboard", async () => {
    const fold = row("Noor changed the settings of Front desk").getByRole("button", { expanded: false });
    await fold.focus();
    await desk.page.keyboard.press("Enter");
    const open = row("Noor changed the settings of Front desk");
    await open.getByText("Segments a second", { exact: true }).waitFor();
    expect(await open.getByRole("definition").allTextContents()).toEqual(["Twilio → Parley", "1 → 5"]);
    expect(await barriers(desk.page)).toEqual([]);
    await desk.page.keyboard.press("Enter");
    await open.getByRole("definition").first().waitFor({ state: "detached" });
  });

  test("says of a purchase that was given up what it may cost", async () => {
    const entry = row("gave up buying +1…");
    expect(await entry.textContent()).toContain(
      ": Twilio has sold it, and it stays in the account there and is billed",
    );
    await entry.getByRole("button", { expanded: false }).click();
    await entry.getByText("Sold by Twilio", { exact: true }).waitFor();
    await row("began to get the number +1…").first().waitFor();
  });

  test("says whether a channel was switched on or off", async () => {
    await row("Noor switched Front desk off").waitFor();
    await row("Noor switched Front desk on").waitFor();
  });

  test("tells a roll back from a publishing, with the versions", async () => {
    const versions = async (words: string) => {
      const entry = row(words).first(); // the newest of them
      await entry.getByRole("button", { expanded: false }).click();
      const [field, values] = [entry.getByRole("term"), entry.getByRole("definition")];
      return `${await field.textContent()}: ${await values.textContent()}`;
    };
    expect(await versions("published version 2 of the agent Clay")).toBe("Live: version 1 → version 2");
    expect(await versions("rolled the agent Clay back to version 1")).toBe("Live: version 2 → version 1");
    expect(await versions("had the agent Clay follow what is saved")).toBe("Live: version 1 → what is saved");
  });

  test("calls fields as the pages do where they are changed", async () => {
    const entry = row("changed the agent Clay");
    await entry.getByRole("button", { expanded: false }).click();
    const held = (field: string) => entry.locator("dl > div", { hasText: field }).getByRole("definition").textContent();
    expect(await held("Knowledge bases")).toBe("Kiln times");
    expect(await held("Confidence it needs to answer")).toBe("50% → 75%");
    await row("filled in papers for a number: Germany, local")
      .getByRole("button", { name: /Document: business name info › business name/ })
      .waitFor();
    expect(await barriers(desk.page)).toEqual([]);
  });

  test("keeps what carriers are told to itself", async () => {
    const entry = row("Noor changed what carriers are told about Front desk");
    await entry.getByRole("button", { name: /Brand › city/ }).click();
    await entry.getByText("Changed. What it says is not kept here.").waitFor();
    expect(await desk.page.getByText("Quixley").count()).toBe(0);
  });

  test("is found through by person, kind and time, and the address can be handed on", async () => {
    await choose("Who", "Noor");
    await choose("What", "Workspace settings");
    await choose("When", "Last 7 days");
    await desk.page.waitForURL(/actor=mem_.*verb=workspace.*days=/);
    await desk.soon(() => rows().count()).toBe(1);
    await desk.page.reload();
    await row("Noor changed the workspace’s settings").waitFor();
    expect(await rows().count()).toBe(1);
    expect(await barriers(desk.page)).toEqual([]);
  });

  test("says so where nothing is found, and leads back", async () => {
    await choose("What", "This log");
    await desk.page.getByRole("heading", { name: "Nothing like that" }).waitFor();
    expect(await barriers(desk.page)).toEqual([]);
    await desk.page.getByRole("button", { name: "Show everything" }).click();
    await desk.soon(() => rows().count()).toBe(50);
  });

  test("shows all about one thing", async () => {
    await choose("What", "Channels");
    await row("changed the settings of").getByRole("button", { name: "Front desk" }).click();
    await desk.page.getByRole("button", { name: "Show everything again, not one thing alone" }).waitFor();
    await desk.soon(() => rows().count()).toBeGreaterThan(2);
    for (const words of await rows().allTextContents()) expect(words).toContain("Front desk");
    await desk.page.getByRole("button", { name: "Show everything again, not one thing alone" }).click();
  });

  test("can be taken away as it is found", async () => {
    const saving = desk.page.waitForEvent("download");
    await desk.page.getByRole("link", { name: "Export" }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe("audit-log.ndjson");
    expect(saved.url()).toContain("verb=channel");
    await desk.page.reload();
    await choose("What", "This log");
    await row("exported this log").first().waitFor();
  });

  test("says what went wrong and tries again", async () => {
    await desk.page.route("**/api/audit?*", (route) => route.fulfill({ status: 500, body: "{}" }), { times: 3 });
    await desk.page.goto(at());
    await desk.page.getByRole("button", { name: "Try again" }).click();
    await rows().first().waitFor();
    onlyComplainedOf(desk, /500/);
  });

  test("on a phone one sees where one is, and everything fits", async () => {
    const phone = await desk.context.newPage();
    await phone.setViewportSize({ width: 390, height: 844 });
    await phone.goto(at());
    await phone.getByRole("list", { name: "Entries" }).getByRole("listitem").first().waitFor();
    const tabEnds = async () => {
      const box = await phone.getByRole("link", { name: "Audit log" }).boundingBox();
      return box ? box.x + box.width : Number.NaN;
    };
    await desk.soon(tabEnds).toBeLessThanOrEqual(390);
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await barriers(phone)).toEqual([]);
    await phone.close();
  });

  test("is nobody’s business but the owners’ and admins’", async () => {
    const vera = await visit(desk.browser);
    await vera.page.goto(`${desk.town.publicUrl}/sign-in`);
    await vera.page.getByLabel("Email").fill("vera@kiln.example");
    await vera.page.getByLabel("Password").fill("Vera-and-the-wheel");
    await vera.page.getByRole("button", { name: "Sign in" }).click();
    await vera.page.getByRole("heading", { name: "Inbox" }).waitFor();
    await vera.page.goto(at());
    await vera.page.getByRole("heading", { name: "The audit log is not yours to see" }).waitFor();
    expect(await vera.page.getByRole("link", { name: "Audit log" }).count()).toBe(0);
    expect(await barriers(vera.page)).toEqual([]);
    await vera.context.close();
  });
});
