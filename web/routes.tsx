/** Every place of the app and its address. A page's code comes when it is first visited. */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from "@tanstack/react-router";
import { Refused } from "./api/client.ts";
import type { AuditSearch } from "./audit/filters.tsx";
import { readInboxSearch } from "./desk/inbox-search.ts";
import { Broken } from "./shell/broken.tsx";
import type { DeskApi } from "./shell/desk-api.ts";
import { keepLive } from "./shell/live-connection.ts";
import { Lost } from "./shell/lost.tsx";
import { findMe } from "./shell/session.ts";
import { Shell } from "./shell/shell.tsx";

const text = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

const root = createRootRouteWithContext<DeskApi>()({
  component: Outlet,
  notFoundComponent: Lost,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>) => ({ next: text(search.next) }),
  component: lazyRouteComponent(() => import("./accounts/sign-in-page.tsx"), "SignInPage"),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "/set-up",
  component: lazyRouteComponent(() => import("./accounts/set-up-page.tsx"), "SetUpPage"),
});
const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: lazyRouteComponent(() => import("./accounts/link-page.tsx"), "JoinPage"),
});
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(() => import("./accounts/link-page.tsx"), "ResetPage"),
});

const devUi = createRoute({
  getParentRoute: () => root,
  path: "/dev/ui",
  component: lazyRouteComponent(() => import("./ui/showcase.tsx"), "Showcase"),
});

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  component: Shell,
  async beforeLoad({ context, location }) {
    try {
      await findMe(context);
    } catch (error) {
      if (error instanceof Refused && error.problem.status === 401)
        throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
      throw error;
    }
    await keepLive(context);
  },
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox", search: {} });
  },
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: "/inbox",
  validateSearch: readInboxSearch,
  // Whose phone one holds in the demo goes with one from conversation to conversation.
  search: { middlewares: [retainSearchParams(["phone"])] },
  component: lazyRouteComponent(() => import("./desk/inbox-page.tsx"), "InboxPage"),
});
const noConversation = createRoute({
  getParentRoute: () => inbox,
  path: "/",
  component: lazyRouteComponent(() => import("./desk/inbox-page.tsx"), "NoConversation"),
});
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: "$conversationId",
  component: lazyRouteComponent(() => import("./desk/conversation-page.tsx"), "ConversationPage"),
});

const dialogSearch = (search: Record<string, unknown>) => ({ dialog: text(search.dialog) });

const channelsSearch = (
  search: Record<string, unknown>,
): { dialog: string | undefined; sort?: string | undefined; request?: string | undefined } => ({
  dialog: text(search.dialog),
  sort: text(search.sort),
  // With which approved request a number is to be got.
  request: text(search.request),
});

const channels = createRoute({
  getParentRoute: () => app,
  path: "/account/channels",
  validateSearch: channelsSearch,
  component: lazyRouteComponent(() => import("./channels/channels-page.tsx"), "ChannelsPage"),
});
/** One family, such as /account/channels/sms. */
const channelFamily = createRoute({
  getParentRoute: () => app,
  path: "/account/channels/$family",
  validateSearch: channelsSearch,
  component: lazyRouteComponent(() => import("./channels/channels-page.tsx"), "ChannelsPage"),
});

const agents = createRoute({
  getParentRoute: () => app,
  path: "/agents",
  validateSearch: dialogSearch,
  component: lazyRouteComponent(() => import("./agents/agents-page.tsx"), "AgentsPage"),
});
const agent = createRoute({
  getParentRoute: () => app,
  path: "/agents/$agentId",
  validateSearch: (search: Record<string, unknown>): { dialog?: string | undefined } => ({
    dialog: text(search.dialog),
  }),
  component: lazyRouteComponent(() => import("./agents/agent-page.tsx"), "AgentPage"),
});

const quickReplies = createRoute({
  getParentRoute: () => app,
  path: "/quick-replies",
  validateSearch: dialogSearch,
  component: lazyRouteComponent(() => import("./quick-replies/quick-replies-page.tsx"), "QuickRepliesPage"),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("./accounts/settings-page.tsx"), "SettingsPage"),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/workspace" });
  },
});
const workspaceSettings = createRoute({
  getParentRoute: () => settings,
  path: "workspace",
  component: lazyRouteComponent(() => import("./accounts/workspace-settings.tsx"), "WorkspaceSettings"),
});
const memberSettings = createRoute({
  getParentRoute: () => settings,
  path: "members",
  validateSearch: dialogSearch,
  component: lazyRouteComponent(() => import("./accounts/member-settings.tsx"), "MemberSettings"),
});
const keySettings = createRoute({
  getParentRoute: () => settings,
  path: "api-keys",
  validateSearch: dialogSearch,
  component: lazyRouteComponent(() => import("./accounts/key-settings.tsx"), "KeySettings"),
});

const voiceSettings = createRoute({
  getParentRoute: () => settings,
  path: "voice",
  validateSearch: (search: Record<string, unknown>): { channel?: string | undefined; dialog?: string | undefined } => ({
    channel: text(search.channel),
    dialog: text(search.dialog),
  }),
  component: lazyRouteComponent(() => import("./voice/voice-settings.tsx"), "VoiceSettings"),
});
const smsRequestSettings = createRoute({
  getParentRoute: () => settings,
  path: "sms-requests",
  validateSearch: (
    search: Record<string, unknown>,
  ): { dialog: string | undefined; country?: string | undefined; numberType?: string | undefined } => ({
    dialog: text(search.dialog),
    // For which one a request is wanted.
    country: text(search.country),
    numberType: text(search.numberType),
  }),
  component: lazyRouteComponent(() => import("./sms-requests/sms-request-settings.tsx"), "SmsRequestSettings"),
});
const smsRequest = createRoute({
  getParentRoute: () => settings,
  path: "sms-requests/$requestId",
  validateSearch: dialogSearch,
  component: lazyRouteComponent(() => import("./sms-requests/request-page.tsx"), "SmsRequestPage"),
});
const consentSettings = createRoute({
  getParentRoute: () => settings,
  path: "consent",
  component: lazyRouteComponent(() => import("./consent/consent-settings.tsx"), "ConsentSettings"),
});
const securitySettings = createRoute({
  getParentRoute: () => settings,
  path: "security",
  validateSearch: dialogSearch,
  component: lazyRouteComponent(() => import("./accounts/security-settings.tsx"), "SecuritySettings"),
});

const auditSettings = createRoute({
  getParentRoute: () => settings,
  path: "audit",
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    actor: text(search.actor),
    verb: text(search.verb),
    days: text(search.days === undefined ? undefined : String(search.days)),
    thing: text(search.thing),
  }),
  component: lazyRouteComponent(() => import("./audit/audit-log.tsx"), "AuditLog"),
});

const tree = root.addChildren([
  signIn,
  setUp,
  join,
  reset,
  devUi,
  app.addChildren([
    home,
    inbox.addChildren([noConversation, conversation]),
    channels,
    channelFamily,
    agents,
    agent,
    quickReplies,
    settings.addChildren([
      settingsHome,
      workspaceSettings,
      memberSettings,
      voiceSettings,
      smsRequestSettings,
      smsRequest,
      consentSettings,
      keySettings,
      securitySettings,
      auditSettings,
    ]),
  ]),
]);

export const createAppRouter = (context: DeskApi) =>
  createRouter({
    routeTree: tree,
    context,
    defaultPreload: "intent",
    defaultErrorComponent: Broken,
    defaultNotFoundComponent: Lost,
    defaultPendingMs: 150,
    scrollRestoration: false,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
