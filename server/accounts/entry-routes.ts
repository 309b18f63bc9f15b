/** HTTP of how people get in: invitations, resets, and one's own sessions. */
import { z } from "zod";
import { idOf } from "../../contract/ids.ts";
import { pageOf, pagingBy, pagingById } from "../../contract/paging.ts";
import { CreatedInvitation, Invitation, NewInvitation, ResetLink, Security, Session } from "../../contract/sign-in.ts";
import { invalid, notFound } from "../platform/errors.ts";
import { type Caller, type Route, reads, writes } from "../platform/http/route.ts";
import { pageOfAll } from "../platform/page.ts";
import { invitations, invite, resetLinkFor, withdrawInvitation } from "./invitations.ts";
import { auditPerson } from "./sign-in/audit-person.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import { endOtherSessions, endSession, listSessions, securityOf } from "./sign-in/store.ts";

/** As the sign-in library makes them. */
const SESSION_ID = /^[A-Za-z0-9]{32}$/;

function sessionOf({ session }: Caller): NonNullable<Caller["session"]> {
  if (!session)
    throw invalid(
      "session_needed",
      "This is about a person who is signed in. An API key signs nobody in.",
      "Authorization",
    );
  return session;
}

export function entryRoutes({ signIn, publicUrl }: { signIn: SignIn; publicUrl: string }): Route[] {
  return [
    reads({
      path: "/api/invitations",
      summary: "Who is invited and has not come yet",
      permission: "members.manage",
      query: z.strictObject(pagingById("lnk")),
      answer: pageOf(Invitation),
      handle: async (view, { query }) => pageOfAll(await invitations(view), query),
    }),
    writes({
      method: "POST",
      path: "/api/invitations",
      summary: "Invite somebody; the link to hand over is shown this once",
      permission: "members.manage",
      status: 201,
      body: NewInvitation,
      answer: CreatedInvitation,
      handle: (tx, { body, caller }) => invite(tx, publicUrl, body, caller),
    }),
    writes({
      method: "DELETE",
      path: "/api/invitations/:id",
      summary: "Withdraw an invitation",
      permission: "members.manage",
      params: z.strictObject({ id: idOf("lnk") }),
      answer: null,
      async handle(tx, { params, caller }) {
        await withdrawInvitation(tx, params.id, caller);
        return undefined;
      },
    }),
    writes({
      method: "POST",
      path: "/api/members/:id/reset-link",
      summary: "Make a link by which a member who lost their password or codes gets in again",
      permission: "members.manage",
      status: 201,
      params: z.strictObject({ id: idOf("mem") }),
      answer: ResetLink,
      handle: (tx, { params, caller }) => resetLinkFor(tx, publicUrl, params.id, caller),
    }),
    reads({
      path: "/api/security",
      summary: "How I sign in",
      permission: "any",
      answer: Security,
      async handle(view, { caller }) {
        const { userId } = sessionOf(caller);
        const { passwordChangedAt, ...row } = await securityOf(view.ground, userId);
        return {
          ...row,
          passwordChangedAt: passwordChangedAt?.toISOString() ?? null,
          recoveryCodesLeft: row.twoFactor ? await signIn.recoveryCodesLeft(userId) : 0,
        };
      },
    }),
    reads({
      path: "/api/sessions",
      summary: "Where I am signed in",
      permission: "any",
      query: z.strictObject(pagingBy(SESSION_ID)),
      answer: pageOf(Session),
      async handle(view, { query, caller }) {
        const { id: own, userId } = sessionOf(caller);
        const rows = await listSessions(view.ground, userId);
        const sessions = rows.map(({ createdAt, lastUsedAt, ...row }) => ({
          ...row,
          current: row.id === own,
          createdAt: createdAt.toISOString(),
          lastUsedAt: lastUsedAt.toISOString(),
        }));
        return pageOfAll(sessions, query);
      },
    }),
    writes({
      method: "DELETE",
      path: "/api/sessions/:id",
      summary: "Sign out somewhere",
      permission: "any",
      params: z.strictObject({ id: z.string().regex(SESSION_ID) }),
      answer: null,
      async handle(tx, { params, caller }) {
        const { session } = caller;
        if (!session || !(await endSession(tx.ground, session.userId, params.id))) throw notFound("session");
        await auditPerson(tx.ground, session.userId, "sign_in.session_ended");
        return undefined;
      },
    }),
    writes({
      method: "POST",
      path: "/api/sessions/end-others",
      summary: "Sign out everywhere but here",
      permission: "any",
      answer: null,
      async handle(tx, { caller }) {
        const { id, userId } = sessionOf(caller);
        await endOtherSessions(tx.ground, userId, id);
        await auditPerson(tx.ground, userId, "sign_in.other_sessions_ended");
        return undefined;
      },
    }),
  ];
}
