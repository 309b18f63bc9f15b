/** An agent's page in a real browser: what it knows is mended where it stands, and a language model is set up. */
import { expect, test } from "vitest";
import { heard, newcomer } from "../support/story.ts";
import { type DeskSettings, describeAtDesk } from "./at-the-desk.ts";
import { barriers } from "./browser.ts";

const SETTINGS: DeskSettings = {
  async prepare({ api }) {
    const base = (await api.post("/api/knowledge-bases", { name: "Kiln times" })).body;
    const sources = `/api/knowledge-bases/${base.id}/sources`;
    await api.post(sources, { kind: "pair", question: "When are you open?", answer: "Tuesday to Sunday." });
    await api.post(sources, { kind: "text", title: "Dogs", content: "They may come." });
    await api.post("/api/agents", { name: "Clay", knowledgeBaseIds: [base.id] });
  },
  mayComplainOf: /status of 4\d\d/, // what the API refuses
};

describeAtDesk("an agent's page", SETTINGS, (desk) => {
  const { soon } = desk;
  const agent = async () => (await desk.town.api.get("/api/agents")).body.items?.[0];
  const main = () => desk.page.getByRole("main");
  const dialog = () => desk.page.getByRole("dialog", { name: "Add a language model" });

  test("an answer is mended where it stands, and the keys come back to where they were", async () => {
    const { page, town } = desk;
    await page.goto(`${town.publicUrl}/agents/${(await agent())?.id}`);
    const edit = main().getByRole("button", { name: "Edit “When are you open?”" });
    await edit.press("Enter");
    const form = main().getByRole("form", { name: "Edit “When are you open?”" });
    await form.getByLabel("Question").and(page.locator(":focus")).waitFor();
    expect(await barriers(page)).toEqual([]);
    await form.getByLabel("Answer").fill("Tuesday to Sunday, ten to six.");
    await form.getByRole("button", { name: "Save" }).click();
    await main().getByText("Tuesday to Sunday, ten to six.").waitFor();
    await edit.and(page.locator(":focus")).waitFor();
  });

  test("Escape leaves it as it was, and asks first where that loses what was typed; a text is mended in the same way", async () => {
    const { page } = desk;
    const edit = main().getByRole("button", { name: "Edit “Dogs”" });
    const field = main().getByLabel("Text", { exact: true });
    const lost = page.getByRole("dialog", { name: "Drop what you typed?" });
    await edit.click();
    await field.press("Escape");
    await edit.click();
    await field.fill("They may not come.");
    await field.press("Escape");
    await lost.waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await lost.waitFor({ state: "hidden" });
    await field.and(page.locator(":focus")).waitFor();
    expect(await field.inputValue()).toBe("They may not come.");
    await field.press("Escape");
    await lost.getByRole("button", { name: "Drop it" }).click();
    await main().getByText("They may come.").waitFor();
    await edit.click();
    await main().getByLabel("Title").fill("Dogs and cats");
    await page.keyboard.press("Enter");
    await main().getByText("Dogs and cats").waitFor();
    await main().getByText("They may come.").waitFor();
  });

  test("what was typed of a new answer is not lost by a click beside it", async () => {
    const { page } = desk;
    const adding = page.getByRole("dialog", { name: "Add a question and its answer" });
    const lost = page.getByRole("dialog", { name: "Drop what you typed?" });
    await main().getByRole("button", { name: "Question and answer" }).click();
    await adding.getByLabel("Question").fill("Do you ship?");
    await page.mouse.click(20, 500);
    await lost.getByRole("button", { name: "Cancel" }).click();
    expect(await adding.getByLabel("Question").inputValue()).toBe("Do you ship?");
    await adding.getByRole("button", { name: "Cancel" }).click();
    await adding.waitFor({ state: "hidden" });
    await main().getByRole("button", { name: "Question and answer" }).and(page.locator(":focus")).waitFor();
  });

  test("nor is what was typed of an old one, by going to another page", async () => {
    const { page } = desk;
    const leave = page.getByRole("dialog", { name: "Leave without saving?" });
    await main().getByRole("button", { name: "Edit “Dogs and cats”" }).click();
    await main().getByLabel("Title").fill("Dogs, cats and a parrot");
    await main().getByRole("link", { name: "All agents" }).click();
    await leave.getByRole("button", { name: "Stay" }).click();
    await leave.waitFor({ state: "hidden" });
    expect(await main().getByLabel("Title").inputValue()).toBe("Dogs, cats and a parrot");
    await main().getByRole("button", { name: "Cancel" }).click();
  });

  test("a language model is added with its key, and the agent answers with it", async () => {
    const { page } = desk;
    await main().getByRole("button", { name: "Add a language model" }).click();
    await dialog().getByLabel("Name").fill("House model");
    await dialog().getByLabel("Base URL").fill("not an address");
    await dialog().getByLabel("Model", { exact: true }).fill("small-1");
    await dialog().getByLabel("API key").fill("key-of-the-kiln");
    await dialog().getByRole("button", { name: "Add model" }).click();
    await dialog().getByLabel("Base URL").and(page.locator("[aria-invalid]")).waitFor();
    expect(await barriers(page)).toEqual([]);
    await dialog().getByLabel("Base URL").fill("http://127.0.0.1:9/v1/");
    await dialog().getByRole("button", { name: "Add model" }).click();
    await dialog().waitFor({ state: "hidden" });
    await main().getByRole("combobox", { name: "Answers are written by" }).getByText("House model").waitFor();
    await main().getByRole("list", { name: "Language models" }).getByText("with a key").waitFor();
    expect(await page.content()).not.toContain("key-of-the-kiln");
    const [model] = (await desk.town.api.get("/api/models")).body.items ?? [];
    expect(model).toMatchObject({ name: "House model", model: "small-1", baseUrl: "http://127.0.0.1:9/v1" });
    await soon(async () => (await agent())?.modelId).toBe(model?.id);
  });

  test("a model in use stays until the agent does without it", async () => {
    const { page } = desk;
    const remove = main().getByRole("button", { name: "Remove the model “House model”" });
    await remove.click();
    await page.getByText("An agent answers with this model.").first().waitFor(); // it is said aloud, too
    await main().getByRole("combobox", { name: "Answers are written by" }).click();
    await page.getByRole("option", { name: /^No model/ }).click();
    await soon(async () => (await agent())?.modelId).toBeNull();
    expect(await barriers(page)).toEqual([]);
    await remove.click();
    await soon(() => remove.count()).toBe(0);
    expect((await desk.town.api.get("/api/models")).body.items).toEqual([]);
  });

  const environment = (name: string) =>
    main().getByRole("list", { name: "Environments" }).getByRole("listitem", { name });

  /** What somebody new is told who asks for a person. */
  async function handedOverWith(): Promise<string | undefined> {
    const phone = newcomer();
    await desk.town.text(phone, "Can I talk to a person?");
    await desk.soon(() => heard(desk.town, phone).length).toBe(1);
    return heard(desk.town, phone)[0];
  }
  async function save(handoverText: string): Promise<void> {
    await main().getByLabel("What it says when it hands over").fill(handoverText);
    await main().getByRole("button", { name: "Save", exact: true }).click();
    await soon(async () => (await agent())?.handoverText).toBe(handoverText);
  }

  test("what is published answers on, whatever is saved later", async () => {
    const { page, town } = desk;
    await town.connect(undefined, { agentId: (await agent())?.id });
    await save("First words.");
    await environment("Live").getByText("Follows what is saved").waitFor();
    await environment("Live").getByRole("button", { name: "Publish to Live" }).click();
    const dialog = page.getByRole("dialog", { name: "Publish Clay to Live?" });
    await dialog.getByText("What you save later waits").waitFor();
    expect(new URL(page.url()).searchParams.get("dialog")).toBe("publish.live");
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Publish" }).click();
    await environment("Live").getByText("Version 1").waitFor();
    await save("Second words.");
    await environment("Live").getByText("What is saved differs").waitFor();
    expect(await handedOverWith()).toBe("First words.");
    expect(await barriers(page)).toEqual([]);
  });

  test("the draft is published over it, and rolled back", async () => {
    const { page } = desk;
    await environment("Live").getByRole("button", { name: "Publish to Live" }).click();
    await page.getByRole("dialog").getByText("Publishing changes what it says when it hands over").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await environment("Live").getByText("Version 2").waitFor();
    expect(await handedOverWith()).toBe("Second words.");
    await environment("Live").getByRole("button", { name: "Roll back Live" }).click();
    const dialog = page.getByRole("dialog", { name: "What Clay runs in Live" });
    await dialog.getByRole("radio", { name: /^Version 1/ }).check();
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Run version 1" }).click();
    await environment("Live").getByText("Version 1").waitFor();
    expect(await handedOverWith()).toBe("First words.");
    await environment("Sandbox").getByText("Follows what is saved").waitFor();
  });

  test("what is typed and not saved is saved before it is published, and what keeps it from that is said", async () => {
    const { page } = desk;
    const words = main().getByLabel("What it says when it hands over");
    await words.fill("x".repeat(481));
    await environment("Live").getByRole("button", { name: "Publish to Live" }).click();
    const dialog = page.getByRole("dialog", { name: "Publish Clay to Live?" });
    await dialog.getByText("is not saved yet").waitFor();
    await dialog.getByText("Publishing changes what it says when it hands over").waitFor();
    expect(await barriers(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save and publish" }).click();
    await dialog.getByRole("alert").getByText("Not saved. What it says when it hands over: ").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await environment("Live").getByText("Version 1").waitFor();
    await words.fill("Third words.");
    await environment("Live").getByRole("button", { name: "Publish to Live" }).click();
    await dialog.getByRole("button", { name: "Save and publish" }).press("Enter");
    await environment("Live").getByText("Version 3").waitFor();
    expect((await agent())?.handoverText).toBe("Third words.");
    expect(await handedOverWith()).toBe("Third words.");
  });

  test("the page is not left with something unsaved but by one's own word", async () => {
    const { page, town } = desk;
    const words = main().getByLabel("What it says when it hands over");
    const away = () => main().getByRole("link", { name: "All agents" });
    const question = page.getByRole("dialog", { name: "Leave without saving?" });
    const answer = (name: string) => question.getByRole("button", { name, exact: true });
    await words.fill("Fourth words.");
    await away().press("Enter");
    await answer("Stay").and(page.locator(":focus")).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await away().and(page.locator(":focus")).waitFor();
    expect(await words.inputValue()).toBe("Fourth words.");

    const asked = page.waitForEvent("dialog");
    const reloading = page.reload();
    const browsers = await asked;
    expect(browsers.type()).toBe("beforeunload");
    await browsers.accept();
    await reloading;
    await soon(() => words.inputValue()).toBe("Third words.");

    await words.fill("Fourth words.");
    await away().click();
    await answer("Save and leave").click();
    await page.waitForURL(`${town.publicUrl}/agents`);
    expect((await agent())?.handoverText).toBe("Fourth words.");
    await main().getByRole("link", { name: "Clay" }).click();
    await words.fill("Fifth words.");
    await page.goBack();
    await answer("Leave without saving").click();
    await main().getByRole("link", { name: "Clay" }).waitFor();
    expect((await agent())?.handoverText).toBe("Fourth words.");
  });
});
