import { Field, Input } from "../ui/field.tsx";

/** The six digits that an authenticator app shows, or a recovery code. */
export function CodeField({
  value,
  onChange,
  error,
  recovery = false,
}: {
  value: string;
  onChange(value: string): void;
  error?: string | undefined;
  recovery?: boolean;
}) {
  return (
    <Field
      label={recovery ? "Recovery code" : "Code"}
      error={error}
      help={recovery ? "One of the ten that you kept. Each works once." : "Six digits, from your authenticator app."}
    >
      {(field) => (
        <Input
          {...field}
          name={recovery ? "recovery-code" : "code"}
          inputMode={recovery ? "text" : "numeric"}
          autoComplete={recovery ? "off" : "one-time-code"}
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          className="font-mono tracking-widest"
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
