/** Builds the house from its parts. The only place that knows all of them, and the only importer of provider adapters. */
import type { FastifyInstance } from "fastify";
import { auditRoutes } from "./accounts/audit/routes.ts";
import { createAuthenticate } from "./accounts/authenticate.ts";
import { entryRoutes } from "./accounts/entry-routes.ts";
import { operatorsResetLink } from "./accounts/invitations.ts";
import { linkRoutes } from "./accounts/link-routes.ts";
import { accountRoutes } from "./accounts/routes.ts";
import { hasAccount, newSetUpLink, setUpFirstAccount } from "./accounts/set-up.ts";
import { createSignIn } from "./accounts/sign-in/sign-in.ts";
import { resolveAgent } from "./agents/agents.ts";
import { agentRoutes } from "./agents/routes.ts";
import { activationRoutes } from "./channels/activations/routes.ts";
import { createDirectory } from "./channels/channels.ts";
import { sealedTokens } from "./channels/directory.ts";
import { createPrices } from "./channels/prices.ts";
import { channelRoutes } from "./channels/routes.ts";
import { sealedFileHeads, sealedPapers } from "./channels/sms-requests/papers.ts";
import { smsRequestRoutes } from "./channels/sms-requests/routes.ts";
import { createTwilioMarket } from "./channels/twilio/market.ts";
import { reasonFor } from "./channels/twilio/messages.ts";
import { createTwilioPaperwork } from "./channels/twilio/paperwork.ts";
import { closeConnections } from "./channels/twilio/transport.ts";
import { createTwilio } from "./channels/twilio/twilio.ts";
import { answersByDefault, twilioWebhooks } from "./channels/twilio/webhooks.ts";
import { voiceRoutes } from "./channels/voice/routes.ts";
import { checkOwnKeywords } from "./consent/own-keywords.ts";
import { consentRoutes } from "./consent/routes.ts";
import { contactRoutes } from "./contacts/routes.ts";
import { openDemo } from "./demo/demo.ts";
import { demoRoutes } from "./demo/routes.ts";
import { demoSignIn } from "./demo/sign-in.ts";
import { proofRoutes } from "./desk/proof-routes.ts";
import { deskRoutes } from "./desk/routes.ts";
import { knowledgeRoutes } from "./knowledge/routes.ts";
import { createMediaLinks } from "./media/links.ts";
import { mediaRoutes, signedMedia } from "./media/routes.ts";
import { failQueued, readMessagesByIds, recentSends } from "./messages/messages.ts";
import { callRoutes } from "./messages/missed-calls/routes.ts";
import { reviewRoutes } from "./messages/review-routes.ts";
import { messageRoutes } from "./messages/routes.ts";
import { webhookRoutes } from "./messages/webhooks.ts";
import { sealedModelKeys } from "./models/models.ts";
import { modelRoutes } from "./models/routes.ts";
import type { Config } from "./platform/config.ts";
import { createDatabase, type Database } from "./platform/db/database.ts";
import { startLive } from "./platform/db/live.ts";
import { migrate } from "./platform/db/migrate.ts";
import { type ConnectionSettings, createPool } from "./platform/db/pool.ts";
import { groundOn } from "./platform/db/reader.ts";
import { quietLive } from "./platform/db/whole.ts";
import { sealedAnswers } from "./platform/http/idempotency.ts";
import type { Route } from "./platform/http/route.ts";
import { createServer } from "./platform/http/server.ts";
import { createWebApp } from "./platform/http/web-app.ts";
import { installationKey } from "./platform/installation.ts";
import type { Log } from "./platform/log.ts";
import { createMetrics } from "./platform/metrics.ts";
import { nameWithKeys, type Rotation, rotate } from "./platform/rotation.ts";
import type { SecretKeys } from "./platform/secret-key.ts";
import { createSecrets } from "./platform/secrets.ts";
import type { World } from "./platform/world.ts";
import { quickReplyRoutes } from "./quick-replies/routes.ts";
import { createReactions } from "./reactions.ts";
import { startWorker } from "./worker.ts";

export interface HouseParts {
  config: Config;
  /** The database, as its owner. */
  connection: ConnectionSettings;
  secretKey: Buffer;
  /** Keys before that one: what they have sealed is resealed first of all. */
  formerKeys?: readonly Buffer[];
  /** Told when nothing needs those any more. */
  formerKeysOver?: () => Promise<void>;
  world: World;
  log: Log;
  /** Where simulated provider accounts are served that are not the demo's; null: nowhere. */
  simulatorUrl: string | null;
  /** How many connections to the database it opens at most, beside those that listen and sign in. */
  poolSize?: number;
  /** Whether every answer is held against its schema (in tests). */
  checkAnswers?: boolean;
}

export interface House {
  database: Database;
  /** Every route of the API, for those who walk them all. */
  routes: readonly Route[];
  server: FastifyInstance | null;
  /** A new link for setting up this installation, in place of any older one; null where that was done. */
  newSetUpLink(): Promise<string | null>;
  /** A link by which somebody who can't sign in any more gets in again; null where nobody has this address. */
  resetLink(email: string): Promise<string | null>;
  /** What came of the former keys; null where there were none. */
  rotation: Rotation | null;
  /** Whether the demo account is here. */
  isDemo: boolean;
  /** Finishes what is under way and stops; nothing is left running. */
  stop(): Promise<void>;
}

const POOL_SIZE = 20;
/** Everything that is sealed but the installation's own keys. */
const SEALED_COLUMNS = [sealedTokens, sealedModelKeys, sealedPapers, sealedFileHeads, sealedAnswers];

/** Changes the secret key of an installation that is not running: `npm start -- rotate-key`. */
export async function changeSecretKey(
  connection: ConnectionSettings,
  { key, former, over }: SecretKeys,
  world: World,
): Promise<Rotation> {
  await migrate(connection, world.now());
  const secrets = createSecrets(key, world.bytes, former);
  return rotate(connection, { secrets, world, columns: SEALED_COLUMNS, over });
}

/** Starts the parts of the configured role. On a failure, what was started is stopped again. */
export async function buildHouse({
  config,
  connection,
  secretKey,
  formerKeys = [],
  formerKeysOver = async () => {},
  world,
  log,
  simulatorUrl,
  poolSize = POOL_SIZE,
  checkAnswers = false,
}: HouseParts): Promise<House> {
  const stops: Array<() => unknown> = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    await migrate(connection, world.now());
    const pool = createPool(connection, poolSize, (error) => log.warn({ error }, "a database connection was cut"));
    stops.push(() => pool.end());
    const secrets = createSecrets(secretKey, world.bytes, formerKeys);
    const live = await startLive(connection, pool, world, log, nameWithKeys(secrets));
    stops.push(live.stop);
    // Whoever changes the key sees by now which keys this process has, and it reads its first one only afterwards.
    const rotation =
      formerKeys.length > 0
        ? await rotate(connection, { secrets, world, columns: SEALED_COLUMNS, over: formerKeysOver })
        : null;
    const ground = groundOn(pool, world);
    const hashKey = await installationKey(ground, secrets, world, "address hash");
    const sessionKey = await installationKey(ground, secrets, world, "sessions");
    const linkKey = await installationKey(ground, secrets, world, "media links");
    const database = createDatabase({ pool, world, hashKey, react: createReactions(live), published: live.publish });

    const metrics = createMetrics();
    const directory = createDirectory(database.ground, secrets, live);
    stops.push(directory.stop);
    const signIn = createSignIn(connection, {
      database,
      publicUrl: config.publicUrl,
      secret: sessionKey.toString("base64"),
      log,
    });
    stops.push(signIn.stop);
    const databaseParts = { pool, hashKey, react: createReactions(quietLive) };
    const demo = await openDemo({
      ...{ database, databaseParts, world, secrets, signIn, log, config },
      habits: { explain: reasonFor, answersByDefault },
    });
    if (demo?.phones) stops.push(demo.phones.stop);
    if (config.setup) await setUpFirstAccount(database, signIn, config.setup);
    const hosts = { ...config.twilio, simulatorUrl: demo?.phones?.url ?? simulatorUrl };
    const provider = createTwilio(hosts);
    const market = createTwilioMarket(hosts);
    const askPrices = createPrices(provider);
    const paperwork = createTwilioPaperwork(hosts);
    stops.push(closeConnections);

    const { publicUrl } = config;
    const providerUrl = config.twilio.apiUrl;
    const parent = config.ownAccount && { ...config.ownAccount, simulated: false };
    const links = createMediaLinks(publicUrl, linkKey, world);
    const routes: Route[] = [
      ...accountRoutes({ signIn, checkKeywords: checkOwnKeywords }),
      ...auditRoutes,
      ...entryRoutes({ signIn, publicUrl }),
      ...channelRoutes({
        ...{ provider, secrets, live, publicUrl, providerUrl },
        ...{ resolveAgent, recentSends, failQueued, askPrices },
      }),
      ...activationRoutes({ provider, market, secrets, publicUrl, providerUrl, resolveAgent, log, parent, askPrices }),
      ...smsRequestRoutes({ paperwork, secrets, log }),
      ...voiceRoutes({ provider, secrets, publicUrl, providerUrl }),
      ...callRoutes({ directory, provider }),
      ...consentRoutes,
      ...contactRoutes,
      ...deskRoutes({ resolveAgent }),
      ...proofRoutes,
      ...messageRoutes,
      ...reviewRoutes,
      ...mediaRoutes,
      ...quickReplyRoutes,
      ...knowledgeRoutes(),
      ...modelRoutes({ secrets }),
      ...agentRoutes,
      ...demoRoutes({ demo, secrets }),
    ];
    let server: FastifyInstance | null = null;
    if (config.role !== "worker") {
      const webhooks = webhookRoutes({
        database,
        live,
        world,
        log,
        metrics,
        directory,
        publicUrl,
        reader: twilioWebhooks,
      });
      const authenticate = createAuthenticate(database.ground, signIn);
      server = await createServer({
        database,
        secrets,
        live,
        log,
        metrics,
        routes,
        publicUrl,
        checkAnswers,
        rateLimit: config.rateLimit,
        authenticate,
        messagesOf: readMessagesByIds,
        plugins: [
          webhooks,
          signIn.plugin,
          linkRoutes({ database, signIn }),
          signedMedia({ database, links }),
          demoSignIn({ demo, database, signIn, config }),
          createWebApp({ publicUrl, hasAccount: () => hasAccount(database), bytes: world.bytes }),
        ],
      });
    }
    // The door and the loops: all that takes up work stops at once, so that none of them keeps another waiting.
    const takers: Array<() => Promise<unknown> | undefined> = [() => server?.close()];
    stops.push(() => Promise.all(takers.map((end) => end())));
    if (config.role !== "web") {
      const parts = {
        database,
        live,
        world,
        log,
        metrics,
        directory,
        provider,
        market,
        paperwork,
        secrets,
        publicUrl,
        providerUrl,
        resolveAgent,
        recentSends,
        failQueued,
        parent,
        links,
      };
      const worker = await startWorker(connection, parts);
      takers.push(worker.stop);
    }
    return {
      ...{ database, routes, server, rotation, isDemo: demo !== null, stop },
      newSetUpLink: () => newSetUpLink(database, publicUrl),
      resetLink: async (email) => (await operatorsResetLink(database, publicUrl, email))?.url ?? null,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
