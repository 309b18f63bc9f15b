import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Security } from "../../contract/sign-in.ts";
import { sentenceOf } from "../api/problems.ts";
import { useApi } from "../shell/desk-api.ts";
import { plural, sayDate } from "../shell/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Failed } from "../ui/state.tsx";
import { ChangePassword } from "./change-password.tsx";
import { NewRecoveryCodes, TurnOffTwoFactor } from "./keep-two-factor.tsx";
import { SessionList } from "./session-list.tsx";
import { TurnOnTwoFactor } from "./turn-on-two-factor.tsx";

type DialogName = "password" | "two-factor" | "recovery-codes" | "two-factor-off";

/** How I sign in, and where I am signed in: my own, in every workspace. */
export function SecuritySettings() {
  const { queries } = useApi();
  const security = useQuery(queries.security());
  if (security.data) return <Sections security={security.data} />;
  if (security.isError) return <Failed again={() => void security.refetch()}>{sentenceOf(security.error)}</Failed>;
  return <Skeleton className="h-60 w-full max-w-[40rem]" />;
}

function Sections({ security }: { security: Security }) {
  const navigate = useNavigate();
  const { dialog } = useSearch({ from: "/app/settings/security" });
  const show = (next: DialogName | undefined) => void navigate({ to: "/settings/security", search: { dialog: next } });
  const close = () => show(undefined);
  const { passwordChangedAt, twoFactor, recoveryCodesLeft, email } = security;
  const noPassword = passwordChangedAt === null ? "You sign in without a password here, as the demo does." : null;
  return (
    <div className="grid max-w-[40rem] grid-cols-1 gap-8">
      <Part
        title="Password"
        about={`You sign in as ${email}${noPassword ? ", without a password, as the demo does" : ""}.${passwordChangedAt ? ` The password was last changed on ${sayDate(passwordChangedAt)}.` : ""}`}
      >
        <Button reason={noPassword} onClick={() => show("password")}>
          Change password
        </Button>
      </Part>
      <Part
        title="Second step"
        mark={twoFactor ? <Badge tone="accent">On</Badge> : <Badge>Off</Badge>}
        about={
          twoFactor
            ? `After your password, Parley asks for a code of your authenticator app. ${plural(recoveryCodesLeft, "recovery code")} left, for when you don’t have your phone.`
            : `A code from an app on your phone, asked for after your password: whoever learns the password alone still can’t get in.${noPassword ? ` ${noPassword}` : ""}`
        }
      >
        {twoFactor ? (
          <>
            <Button onClick={() => show("recovery-codes")}>New recovery codes</Button>
            <Button onClick={() => show("two-factor-off")}>Turn off</Button>
          </>
        ) : (
          <Button look="primary" reason={noPassword} onClick={() => show("two-factor")}>
            Turn on
          </Button>
        )}
      </Part>
      <SessionList />
      {dialog === "password" && !noPassword && <ChangePassword email={email} close={close} />}
      {dialog === "two-factor" && !noPassword && <TurnOnTwoFactor isOn={twoFactor} close={close} />}
      {dialog === "recovery-codes" && twoFactor && <NewRecoveryCodes close={close} />}
      {dialog === "two-factor-off" && twoFactor && <TurnOffTwoFactor close={close} />}
    </div>
  );
}

function Part({
  title,
  mark,
  about,
  children,
}: {
  title: string;
  mark?: ReactNode;
  about: string;
  children: ReactNode;
}) {
  return (
    <section aria-label={title} className="grid gap-3">
      <div>
        <h2 className="flex items-center gap-2 text-lg font-semibold tracking-tight">
          {title} {mark}
        </h2>
        <p className="text-md text-pretty text-ink-2">{about}</p>
      </div>
      <div className="flex flex-wrap gap-2">{children}</div>
    </section>
  );
}
