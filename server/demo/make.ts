/** Makes the demo account: the sample studio with three weeks of its life behind it, in one transaction. */
import { type Actor, SYSTEM } from "../../contract/accounts.ts";
import type { AgentId, KnowledgeBaseId, MemberId, WorkspaceId } from "../../contract/ids.ts";
import { foundAccount, type SignIn } from "../accounts/accounts.ts";
import { createAgent, resolveAgent } from "../agents/agents.ts";
import { type ConnectionRow, connectSimulated, createDirectory, type Sender } from "../channels/channels.ts";
import { give } from "../consent/consent.ts";
import { createContact } from "../contacts/contacts.ts";
import { addSource, createBase } from "../knowledge/knowledge.ts";
import type { Config } from "../platform/config.ts";
import type { Database } from "../platform/db/database.ts";
import { asOneTransaction, quietLive } from "../platform/db/whole.ts";
import type { Log } from "../platform/log.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { World } from "../platform/world.ts";
import { addQuickReply } from "../quick-replies/quick-replies.ts";
import { daysBefore, pastOf } from "./past.ts";
import { planStories, type ReplayParts } from "./replay.ts";
import { ANSWERED } from "./sample/answered.ts";
import { CAREFUL } from "./sample/careful.ts";
import {
  COLLEAGUES,
  DISCLOSURE,
  FORM_PROOF,
  IMPORT_PROOF,
  NUMBERS,
  PEOPLE,
  type Person,
  STUDIO,
} from "./sample/cast.ts";
import { HELPED } from "./sample/helped.ts";
import { HANDOVER_TEXT, INSTRUCTIONS, KNOWLEDGE } from "./sample/knowledge.ts";
import { QUICK_REPLIES } from "./sample/quick-replies.ts";
import type { Colleague } from "./sample/script.ts";

export interface MakeParts {
  /** What the house's own database stands on; nobody is told of what is made here before it is whole. */
  databaseParts: Omit<Parameters<typeof asOneTransaction>[0], "world">;
  world: World;
  secrets: Secrets;
  signIn: SignIn;
  log: Log;
  config: Pick<Config, "publicUrl" | "setup">;
  habits: ReplayParts["habits"];
}

const FOUNDED_DAYS_AGO = 30;

/** Makes it where no account exists at all; a crash leaves nothing of it. @returns whether it was made */
export async function makeDemo(parts: MakeParts): Promise<boolean> {
  const { world, signIn, config } = parts;
  // They have no passwords: the owner is signed in on this machine alone, or has their own from the environment.
  const roles = Object.keys(COLLEAGUES) as Colleague[];
  const passwordHash = config.setup && (await signIn.hashPassword(config.setup.password));
  const members = roles.map((each) => {
    const { name, email, role } = COLLEAGUES[each];
    const own = each === "ana" ? config.setup : null;
    return { person: { name, email: own?.email ?? email, passwordHash: own && passwordHash }, role };
  });

  const past = pastOf(world);
  return asOneTransaction({ ...parts.databaseParts, world: past.world }, async (database) => {
    let made = false;
    past.at(daysBefore(world.now(), FOUNDED_DAYS_AGO, "09:00", STUDIO.timeZone), async () => {
      const founded = await database.groundTx((ground) =>
        foundAccount(ground, {
          ...STUDIO,
          demo: true,
          members,
          apiKey: config.setup?.apiKey ?? null,
        }),
      );
      if (!founded) return;
      made = true;
      const [ana, tomas, june] = founded.memberIds;
      if (!ana || !tomas || !june) throw new Error("the studio has three people");
      await furnish(parts, database, past, founded, { ana, tomas, june });
    });
    await past.relive();
    return made;
  });
}

async function furnish(
  parts: MakeParts,
  database: Database,
  past: ReturnType<typeof pastOf>,
  { accountId, workspaceId }: { accountId: ConnectionRow["accountId"]; workspaceId: WorkspaceId },
  memberIds: Record<Colleague, MemberId>,
): Promise<void> {
  const { world, secrets, log, config, habits } = parts;
  const member = (each: Colleague) => ({ type: "member" as const, id: memberIds[each], name: COLLEAGUES[each].name });
  const colleagues = { ana: member("ana"), tomas: member("tomas"), june: member("june") };

  await database.tx(workspaceId, async (tx) => {
    const base = await createBase(tx, { name: "The studio", language: "en" }, colleagues.ana);
    for (const source of KNOWLEDGE) await addSource(tx, base.id, source, colleagues.ana);
    const agentId = (await createAgent(tx, clay(base.id), colleagues.ana)).id;
    const { studio, events } = NUMBERS;
    const hex = () => world.bytes(16).toString("hex");
    await connectSimulated(
      tx,
      { secrets, publicUrl: config.publicUrl },
      { accountId, accountSid: `AC${hex()}`, authToken: hex(), friendlyName: `${STUDIO.name} (simulated)` },
      [
        { ...studio, sid: `PN${hex()}`, agent: await resolveAgent(tx, agentId as AgentId) },
        { ...events, sid: `PN${hex()}`, agent: null },
      ],
      colleagues.ana,
    );
    for (const reply of QUICK_REPLIES) await addQuickReply(tx, reply, colleagues.june);
    for (const person of PEOPLE) await introduce(tx, person, colleagues.ana);
  });

  const directory = createDirectory(database.ground, secrets, quietLive);
  const senderOf = async (phoneNumber: string): Promise<Sender> => {
    const row = await database.ground.one<{ id: ConnectionRow["id"] }>(
      "select id from connections where workspace_id = $1 and phone_number = $2",
      [workspaceId, phoneNumber],
    );
    const sender = await directory.sender(row.id);
    if (!sender) throw new Error(`the number ${phoneNumber} was not connected`);
    return sender;
  };
  const senders = {
    studio: await senderOf(NUMBERS.studio.phoneNumber),
    events: await senderOf(NUMBERS.events.phoneNumber),
  };
  directory.stop();
  const phones = new Map(PEOPLE.map((each) => [each.name, each.phone]));
  planStories(
    {
      ...{ database, past, secrets, log, senders, colleagues, habits },
      now: world.now(),
      timeZone: STUDIO.timeZone,
      phoneOf: (who) => phones.get(who) ?? who,
    },
    [...ANSWERED, ...HELPED, ...CAREFUL],
  );
}

const clay = (baseId: KnowledgeBaseId) => ({
  name: "Clay",
  instructions: INSTRUCTIONS,
  knowledgeBaseIds: [baseId],
  modelId: null,
  confidenceBound: 0.5,
  handoverText: HANDOVER_TEXT,
  active: true,
});

/** A person as the studio knew them at its start, with the proof of what they agreed to. */
async function introduce(tx: Parameters<typeof give>[0], person: Person, by: Actor): Promise<void> {
  const { consent, phone, ...known } = person;
  const { id } = await createContact(tx, { ...known, phone }, by);
  if (consent === null) return;
  await give(tx, {
    channel: "sms",
    address: phone,
    action: "opt_in",
    source: consent,
    sender: null,
    contactId: id,
    messageId: null,
    proof: consent === "form" ? FORM_PROOF : IMPORT_PROOF,
    disclosure: consent === "form" ? DISCLOSURE : null,
    by: consent === "form" ? SYSTEM : by,
  });
}
