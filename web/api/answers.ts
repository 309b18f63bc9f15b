/**
 * What each route answers, by the contract's own schemas: a client that is told to check holds every answer against them.
 * Used while developing and in tests; in production neither this file nor the schemas are loaded.
 */
import { z } from "zod";
import { ApiKey, CreatedApiKey, Me, Member, Workspace } from "../../contract/accounts.ts";
import { Activation, ActivationPrice } from "../../contract/activations.ts";
import { Agent, AgentRun, AgentVersion, KnowledgeBase, KnowledgeSource, LanguageModel } from "../../contract/agents.ts";
import { AuditEntry } from "../../contract/audit.ts";
import { Connection, HealthChange, ProviderAccount, ProviderNumber, ProviderService } from "../../contract/channels.ts";
import { ConsentEvent, MaySend, Review } from "../../contract/consent.ts";
import { Contact, ContactSummary } from "../../contract/contacts.ts";
import { BulkAnswer, Conversation, ConversationCounts, Note } from "../../contract/conversations.ts";
import { Message, MessageWithEvents } from "../../contract/messages.ts";
import { pageOf } from "../../contract/paging.ts";
import { QuickReply } from "../../contract/quick-replies.ts";
import {
  CreatedInvitation,
  Invitation,
  RecoveryCodes,
  ResetLink,
  Security,
  Session,
  SignedIn,
  SignInLink,
  TwoFactorBegun,
} from "../../contract/sign-in.ts";
import { KindWithPapers, PaperFile, SmsRequest, SmsRequestSummary } from "../../contract/sms-requests.ts";
import { Call, VoiceSettings } from "../../contract/voice.ts";

const ANSWERS: Readonly<Record<string, z.ZodType>> = {
  "GET /api/me": Me,
  "GET /api/workspace": Workspace,
  "PATCH /api/workspace": Workspace,
  "GET /api/members": pageOf(Member),
  "POST /api/members": Member,
  "PATCH /api/members/:id": Member,
  "POST /api/members/:id/reset-link": ResetLink,
  "GET /api/invitations": pageOf(Invitation),
  "POST /api/invitations": CreatedInvitation,
  "GET /api/security": Security,
  "GET /api/sessions": pageOf(Session),
  "POST /api/auth/sign-in/email": SignedIn,
  "POST /api/auth/two-factor": TwoFactorBegun,
  "POST /api/auth/recovery-codes": RecoveryCodes,
  "POST /api/sign-in-links/look": SignInLink,
  "GET /api/audit": pageOf(AuditEntry),
  "GET /api/api-keys": pageOf(ApiKey),
  "POST /api/api-keys": CreatedApiKey,
  "GET /api/channels": pageOf(Connection),
  "GET /api/channels/:id": Connection,
  "PATCH /api/channels/:id": Connection,
  "POST /api/channels/sms/connect": Connection,
  "GET /api/channels/sms/numbers": pageOf(ProviderNumber),
  "GET /api/channels/sms/services": pageOf(ProviderService),
  "POST /api/channels/:id/setup-status": Connection,
  "POST /api/channels/:id/check-health": Connection,
  "GET /api/channels/:id/health-changes": pageOf(HealthChange),
  "GET /api/channels/:id/voice": VoiceSettings,
  "PATCH /api/channels/:id/voice": VoiceSettings,
  "POST /api/channels/:id/voice/point": VoiceSettings,
  "DELETE /api/channels/:id/voice/point": VoiceSettings,
  "GET /api/calls": pageOf(Call),
  "GET /api/activations": pageOf(Activation),
  "GET /api/activations/price": ActivationPrice,
  "GET /api/activations/:id": Activation,
  "POST /api/activations": Activation,
  "POST /api/activations/:id/deactivate": Activation,
  "GET /api/sms-requests": pageOf(SmsRequestSummary),
  "GET /api/sms-requests/kinds": pageOf(KindWithPapers),
  "GET /api/sms-requests/:id": SmsRequest,
  "POST /api/sms-requests": SmsRequest,
  "PATCH /api/sms-requests/:id": SmsRequest,
  "POST /api/sms-requests/files": PaperFile,
  "POST /api/sms-requests/:id/check": SmsRequest,
  "POST /api/sms-requests/:id/submit": SmsRequest,
  "POST /api/sms-requests/:id/withdraw": SmsRequest,
  "POST /api/sms-requests/:id/erase": SmsRequest,
  "POST /api/channels/sms/buy": Activation,
  "POST /api/provider-accounts": ProviderAccount,
  "GET /api/provider-accounts": pageOf(ProviderAccount),
  "GET /api/agents": pageOf(Agent),
  "GET /api/agents/:id": Agent,
  "POST /api/agents/:id/publish": Agent,
  "GET /api/agents/:id/versions": pageOf(AgentVersion),
  "GET /api/models": pageOf(LanguageModel),
  "POST /api/models": LanguageModel,
  "PATCH /api/agents/:id": Agent,
  "GET /api/knowledge-bases": pageOf(KnowledgeBase),
  "GET /api/knowledge-bases/:id/sources": pageOf(KnowledgeSource),
  "PATCH /api/knowledge-bases/:id/sources/:id": KnowledgeSource,
  "GET /api/contacts": pageOf(Contact),
  "GET /api/contacts/:id": Contact,
  "PATCH /api/contacts/:id": Contact,
  "GET /api/contacts/:id/consent": pageOf(ConsentEvent),
  "POST /api/contacts/:id/consent": ConsentEvent,
  "GET /api/consent/may-send": MaySend,
  "GET /api/reviews": pageOf(Review),
  "POST /api/reviews/:id/decide": Review,
  "POST /api/reviews/:id/ask": Review,
  "GET /api/conversations": pageOf(Conversation),
  "POST /api/conversations": Conversation,
  "GET /api/conversations/counts": ConversationCounts,
  "GET /api/conversations/tags": pageOf(z.string()),
  "POST /api/conversations/bulk": BulkAnswer,
  "GET /api/conversations/:id": Conversation,
  "PATCH /api/conversations/:id": Conversation,
  "GET /api/conversations/:id/messages": pageOf(Message),
  "POST /api/conversations/:id/messages": Message,
  "GET /api/conversations/:id/scheduled": pageOf(Message),
  "GET /api/conversations/:id/notes": pageOf(Note),
  "POST /api/conversations/:id/notes": Note,
  "GET /api/conversations/:id/runs": pageOf(AgentRun),
  "GET /api/messages/:id": MessageWithEvents,
  "PATCH /api/messages/:id": Message,
  "POST /api/messages/:id/cancel": Message,
  "GET /api/quick-replies": pageOf(QuickReply),
  "POST /api/quick-replies": QuickReply,
  "PATCH /api/quick-replies/:id": QuickReply,
  "GET /api/search": z.object({
    contacts: z.array(ContactSummary),
    messages: z.array(Message),
    conversations: z.array(Conversation),
  }),
};

/** @throws where the answer is not what the contract says; routes that are not listed are not held against anything */
export async function checkAnswer(method: string, path: string, answer: unknown): Promise<void> {
  const [bare = ""] = path.split("?");
  const route = `${method} ${bare.replace(/\/[a-z]{3}_[0-9a-f]{32}(?=\/|$)/g, "/:id")}`;
  const result = ANSWERS[route]?.safeParse(answer);
  if (result && !result.success) throw new Error(`${route} answers what the contract does not say: ${result.error}`);
}
