import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";

/** The least that a new password needs; the server says the same. */
export const ENOUGH = 12;

/** A password, which can be shown while it is typed. */
export function PasswordField({
  label = "Password",
  name,
  value,
  onChange,
  error,
  fresh = false,
}: {
  label?: string;
  name: string;
  value: string;
  onChange(value: string): void;
  error?: string | undefined;
  /** Whether it is being chosen: the browser may offer one. */
  fresh?: boolean;
}) {
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} error={error} help={fresh ? `${ENOUGH} characters or more. A few words do well.` : undefined}>
      {(field) => (
        <div className="relative">
          <Input
            {...field}
            type={shown ? "text" : "password"}
            name={name}
            autoComplete={fresh ? "new-password" : "current-password"}
            autoCapitalize="none"
            spellCheck={false}
            className="pr-10 max-md:pr-12"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <IconButton
            label={shown ? "Hide what is typed" : "Show what is typed"}
            aria-pressed={shown}
            side="top"
            className="absolute top-0.5 right-0.5 max-md:top-0 max-md:right-0"
            onClick={() => setShown(!shown)}
          >
            {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
          </IconButton>
        </div>
      )}
    </Field>
  );
}
