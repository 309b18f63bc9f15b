/** Every deed that the audit log has to tell of, done once by a person: by the route that does it. */
import type { AuditVerb } from "../../contract/audit.ts";
import type { Answer } from "./api.ts";
import { act, beginRequest, bundleOf, filledRequest, GERMAN, untilRequest } from "./papers.ts";
import { type Colleague, signIn } from "./people.ts";
import { MARCO, type Town } from "./town.ts";

interface Deed {
  /** What is to be written of it. */
  verb: AuditVerb;
  does: () => Promise<Answer>;
}

/** Where they are done. Its parts are taken when a deed is done: a table of deeds is there before the town is. */
interface Scene {
  readonly town: Town;
  readonly ana: Colleague;
  /** One that is connected. */
  readonly channel: { id: string };
}

export function deedsOf(at: Scene): Record<string, Deed> {
  let numbers = 0;
  let people = 0;
  const person = (): object => ({ name: `Person ${++people}`, email: `p${people}@kiln.example`, role: "agent" });

  async function made(path: string, body: object): Promise<string> {
    const answer = await at.town.passing(at.ana.api.post(path, body));
    if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return String(answer.body.id);
  }
  function freshNumber(accountSid = at.town.twilio.sid): string {
    const phoneNumber = `+141555502${String(++numbers).padStart(2, "0")}`;
    at.town.simulator.addNumber({ accountSid, phoneNumber });
    return phoneNumber;
  }
  const connected = (more: object) => made("/api/channels/sms/connect", more);
  const member = () => made("/api/members", { ...person(), password: "long enough to pass" });
  const provider = async () => {
    const { sid: accountSid, authToken } = at.town.simulator.createAccount();
    return { provider: "twilio", accountSid, authToken };
  };
  const forSale = async () =>
    String(
      (await at.town.passing(at.ana.api.get("/api/channels/sms/numbers?areaCode=628"))).body.items?.[0]?.phoneNumber,
    );
  const ownAccount = async () => String((await at.ana.api.get("/api/provider-accounts")).body.items?.[0]?.id);
  const base = () => made("/api/knowledge-bases", { name: `Base ${++people}` });
  const pair = { kind: "pair", question: "When are you open?", answer: "From ten." };
  const source = async () => {
    const kbs = await base();
    return `/api/knowledge-bases/${kbs}/sources/${await made(`/api/knowledge-bases/${kbs}/sources`, pair)}`;
  };
  const model = { name: "Ours", provider: "openai-compatible", baseUrl: "http://127.0.0.1:9", model: "small" };
  const shortcut = () => `hours${++people}`;
  /** Somebody who said stop. */
  async function stopped(): Promise<string> {
    const id = await made("/api/contacts", { phone: MARCO });
    await at.town.text(MARCO, "STOP");
    return id;
  }

  /** A number that answers calls. */
  async function answering(): Promise<string> {
    const phoneNumber = freshNumber();
    const id = await connected({ providerAccountId: await ownAccount(), phoneNumber });
    await at.ana.api.patch(`/api/channels/${id}/voice`, { answering: true });
    return id;
  }
  async function importList(body: string): Promise<Answer> {
    const headers = { cookie: at.ana.cookie, "content-type": "text/csv" };
    const response = await fetch(`${at.town.publicUrl}/api/consent/suppressions/import`, {
      method: "POST",
      headers,
      body,
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
  }

  return {
    "PATCH /api/workspace": {
      verb: "workspace.settings_changed",
      does: () => at.ana.api.patch("/api/workspace", { timeZone: "Europe/Lisbon" }),
    },
    "PATCH /api/consent/rules": {
      verb: "workspace.sending_rules_changed",
      does: () => at.ana.api.patch("/api/consent/rules", { caps: { marketing: { perDay: 2 } } }),
    },
    "POST /api/members": {
      verb: "member.added",
      does: () => at.ana.api.post("/api/members", { ...person(), password: "long enough to pass" }),
    },
    "PATCH /api/members/:id": {
      verb: "member.role_changed",
      does: async () => at.ana.api.patch(`/api/members/${await member()}`, { role: "viewer" }),
    },
    "DELETE /api/members/:id": {
      verb: "member.removed",
      does: async () => at.ana.api.delete(`/api/members/${await member()}`),
    },
    "POST /api/members/:id/reset-link": {
      verb: "member.reset_link_made",
      does: async () => at.ana.api.post(`/api/members/${await member()}/reset-link`),
    },
    "POST /api/invitations": { verb: "member.invited", does: () => at.ana.api.post("/api/invitations", person()) },
    "DELETE /api/invitations/:id": {
      verb: "member.invitation_withdrawn",
      does: async () => at.ana.api.delete(`/api/invitations/${await made("/api/invitations", person())}`),
    },
    "DELETE /api/sessions/:id": {
      verb: "sign_in.session_ended",
      async does() {
        await signIn(at.town, at.ana.email, at.ana.password);
        const other = (await at.ana.api.get("/api/sessions")).body.items?.find((each) => each.current === false);
        return at.ana.api.delete(`/api/sessions/${other?.id}`);
      },
    },
    "POST /api/sessions/end-others": {
      verb: "sign_in.other_sessions_ended",
      does: () => at.ana.api.post("/api/sessions/end-others"),
    },
    "POST /api/api-keys": {
      verb: "api_key.created",
      does: () => at.ana.api.post("/api/api-keys", { name: "For the shop", permissions: ["inbox.read"] }),
    },
    "DELETE /api/api-keys/:id": {
      verb: "api_key.revoked",
      does: async () =>
        at.ana.api.delete(`/api/api-keys/${await made("/api/api-keys", { name: "Old", permissions: ["inbox.read"] })}`),
    },
    "POST /api/provider-accounts": {
      verb: "provider_account.connected",
      does: async () => at.ana.api.post("/api/provider-accounts", await provider()),
    },
    "DELETE /api/provider-accounts/:id": {
      verb: "provider_account.disconnected",
      does: async () =>
        at.ana.api.delete(`/api/provider-accounts/${await made("/api/provider-accounts", await provider())}`),
    },
    "POST /api/channels/sms/connect": {
      verb: "channel.connected",
      does: async () =>
        at.ana.api.post("/api/channels/sms/connect", {
          providerAccountId: await ownAccount(),
          phoneNumber: freshNumber(),
        }),
    },
    "PATCH /api/channels/:id": {
      verb: "channel.settings_changed",
      does: () => at.ana.api.patch(`/api/channels/${at.channel.id}`, { friendlyName: "Front desk" }),
    },
    "POST /api/channels/:id/setup-status": {
      verb: "channel.compliance_changed",
      does: () =>
        at.ana.api.post(`/api/channels/${at.channel.id}/setup-status`, {
          ...{ mutation: "set-sms-compliance", smsCompliance: { brand: { city: "Oakland" } } },
        }),
    },
    "POST /api/channels/:id/check-health": {
      verb: "channel.health_changed",
      async does() {
        const { accountSid, authToken } = await provider();
        const id = await connected({ accountSid, authToken, phoneNumber: freshNumber(accountSid) });
        at.town.simulator.updateAccount(accountSid, { status: "suspended" });
        return at.ana.api.post(`/api/channels/${id}/check-health`);
      },
    },
    "PATCH /api/channels/:id/voice": {
      verb: "voice.changed",
      does: () => at.ana.api.patch(`/api/channels/${at.channel.id}/voice`, { answering: true }),
    },
    "DELETE /api/channels/:id": {
      verb: "channel.disconnected",
      async does() {
        const phoneNumber = freshNumber();
        return at.ana.api.delete(
          `/api/channels/${await connected({ providerAccountId: await ownAccount(), phoneNumber })}`,
        );
      },
    },
    "POST /api/channels/sms/buy": {
      verb: "activation.started",
      does: async () =>
        at.ana.api.post("/api/channels/sms/buy", {
          providerAccountId: await ownAccount(),
          phoneNumber: await forSale(),
        }),
    },
    "POST /api/activations": {
      verb: "activation.connected",
      does: () => at.ana.api.post("/api/activations", { country: "US" }),
    },
    "POST /api/activations/:id/deactivate": {
      verb: "activation.released",
      async does() {
        const all = (await at.ana.api.get("/api/activations")).body.items;
        const own = all?.find(({ kind, state }) => kind === "managed" && state === "connected");
        return at.ana.api.post(`/api/activations/${own?.id}/deactivate`, { confirm: own?.phoneNumber });
      },
    },
    "POST /api/channels/:id/voice/point": {
      verb: "voice.changed",
      async does() {
        const id = await answering();
        return at.ana.api.post(`/api/channels/${id}/voice/point`, {});
      },
    },
    "DELETE /api/channels/:id/voice/point": {
      verb: "voice.changed",
      async does() {
        const id = await answering();
        await at.town.passing(at.ana.api.post(`/api/channels/${id}/voice/point`, {}));
        return at.ana.api.delete(`/api/channels/${id}/voice/point`);
      },
    },
    "POST /api/sms-requests": { verb: "sms_request.begun", does: () => at.ana.api.post("/api/sms-requests", GERMAN) },
    "PATCH /api/sms-requests/:id": {
      verb: "sms_request.filled_in",
      async does() {
        const { id, papers } = await beginRequest(at.town);
        return at.ana.api.patch(`/api/sms-requests/${id}`, { papers: { ...papers, email: "ana@kiln.example" } });
      },
    },
    "POST /api/sms-requests/:id/check": {
      verb: "sms_request.checked",
      does: async () => at.ana.api.post(`/api/sms-requests/${(await filledRequest(at.town)).id}/check`),
    },
    "POST /api/sms-requests/:id/submit": {
      verb: "sms_request.submitted",
      does: async () => at.ana.api.post(`/api/sms-requests/${(await filledRequest(at.town)).id}/submit`),
    },
    "POST /api/sms-requests/:id/withdraw": {
      verb: "sms_request.withdrawn",
      async does() {
        const { id } = await act(at.town, (await filledRequest(at.town)).id, "submit");
        return at.ana.api.post(`/api/sms-requests/${id}/withdraw`);
      },
    },
    "POST /api/sms-requests/:id/erase": {
      verb: "sms_request.erased",
      async does() {
        const { id } = await act(at.town, (await filledRequest(at.town)).id, "submit");
        at.town.simulator.review(bundleOf(at.town, id)?.sid ?? "", { status: "twilio-approved" });
        await untilRequest(at.town, id, "approved");
        return at.ana.api.post(`/api/sms-requests/${id}/erase`);
      },
    },
    "DELETE /api/sms-requests/:id": {
      verb: "sms_request.removed",
      does: async () => at.ana.api.delete(`/api/sms-requests/${(await beginRequest(at.town)).id}`),
    },
    "POST /api/consent/suppressions/import": {
      verb: "consent.opt_outs_imported",
      does: () => importList("phone\n+14155550133\n"),
    },
    "POST /api/contacts/:id/consent": {
      verb: "consent.restored",
      does: async () =>
        at.ana.api.post(`/api/contacts/${await stopped()}/consent`, {
          ...{ channel: "sms", action: "opt_in", source: "member", proof: "A letter that he signed." },
        }),
    },
    "DELETE /api/contacts/:id": {
      verb: "contact.erased",
      does: async () => at.ana.api.delete(`/api/contacts/${await made("/api/contacts", { phone: "+14155550134" })}`),
    },
    "POST /api/knowledge-bases": {
      verb: "knowledge.created",
      does: () => at.ana.api.post("/api/knowledge-bases", { name: "Hours" }),
    },
    "PATCH /api/knowledge-bases/:id": {
      verb: "knowledge.changed",
      does: async () => at.ana.api.patch(`/api/knowledge-bases/${await base()}`, { name: "Opening hours" }),
    },
    "DELETE /api/knowledge-bases/:id": {
      verb: "knowledge.deleted",
      does: async () => at.ana.api.delete(`/api/knowledge-bases/${await base()}`),
    },
    "POST /api/knowledge-bases/:id/sources": {
      verb: "knowledge.changed",
      does: async () => at.ana.api.post(`/api/knowledge-bases/${await base()}/sources`, pair),
    },
    "PATCH /api/knowledge-bases/:id/sources/:sourceId": {
      verb: "knowledge.changed",
      does: async () => at.ana.api.patch(await source(), { answer: "From nine." }),
    },
    "DELETE /api/knowledge-bases/:id/sources/:sourceId": {
      verb: "knowledge.changed",
      does: async () => at.ana.api.delete(await source()),
    },
    "POST /api/models": { verb: "model.added", does: () => at.ana.api.post("/api/models", model) },
    "DELETE /api/models/:id": {
      verb: "model.removed",
      does: async () => at.ana.api.delete(`/api/models/${await made("/api/models", model)}`),
    },
    "POST /api/agents": { verb: "agent.created", does: () => at.ana.api.post("/api/agents", { name: "Ada" }) },
    "PATCH /api/agents/:id": {
      verb: "agent.changed",
      does: async () =>
        at.ana.api.patch(`/api/agents/${await made("/api/agents", { name: "Ada" })}`, { active: false }),
    },
    "POST /api/agents/:id/publish": {
      verb: "agent.published",
      does: async () =>
        at.ana.api.post(`/api/agents/${await made("/api/agents", { name: "Ada" })}/publish`, {
          environments: ["live"],
        }),
    },
    "DELETE /api/agents/:id": {
      verb: "agent.deleted",
      does: async () => at.ana.api.delete(`/api/agents/${await made("/api/agents", { name: "Ada" })}`),
    },
    "POST /api/quick-replies": {
      verb: "quick_reply.created",
      does: () => at.ana.api.post("/api/quick-replies", { shortcut: shortcut(), content: "Ten to six." }),
    },
    "PATCH /api/quick-replies/:id": {
      verb: "quick_reply.changed",
      async does() {
        const id = await made("/api/quick-replies", { shortcut: shortcut(), content: "Ten to six." });
        return at.ana.api.patch(`/api/quick-replies/${id}`, { content: "Ten to seven." });
      },
    },
    "DELETE /api/quick-replies/:id": {
      verb: "quick_reply.deleted",
      async does() {
        const id = await made("/api/quick-replies", { shortcut: shortcut(), content: "Ten to six." });
        return at.ana.api.delete(`/api/quick-replies/${id}`);
      },
    },
    // What is taken out of the house is on record too, though nothing changes.
    "GET /api/consent/export": { verb: "consent.exported", does: () => at.ana.api.get("/api/consent/export") },
    "GET /api/consent/suppressions/export": {
      verb: "consent.opt_outs_exported",
      does: () => at.ana.api.get("/api/consent/suppressions/export"),
    },
    "GET /api/contacts/:id/evidence": {
      verb: "consent.evidence_taken",
      does: async () =>
        at.ana.api.get(`/api/contacts/${await made("/api/contacts", { phone: "+14155550135" })}/evidence`),
    },
    "GET /api/audit/export": { verb: "audit.exported", does: () => at.ana.api.get("/api/audit/export") },
  };
}
