import { Field, Input } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";

/** One thing that is typed. @param path where it is in the papers, so that it can be pointed at */
export const Line = ({
  path,
  label,
  help,
  type = "text",
  choices = [],
  error,
  value,
  onChange,
}: {
  path: string;
  label: string;
  help?: string | null;
  type?: "text" | "email";
  /** One of these; none: any words. */
  choices?: readonly string[];
  error: string | undefined;
  value: string;
  onChange(text: string): void;
}) => (
  <div data-field={path}>
    <Field label={label} help={help} error={error}>
      {(field) =>
        choices.length > 0 ? (
          <Select
            {...field}
            value={value}
            placeholder="Choose"
            onChange={onChange}
            choices={choices.map((each) => ({ value: each, label: inWords(each) }))}
          />
        ) : (
          <Input
            {...field}
            type={type}
            autoComplete="off"
            maxLength={1000}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  </div>
);

/** "DIRECT_CUSTOMER" as "Direct customer". */
const inWords = (code: string): string =>
  /^[A-Z_]+$/.test(code) ? code.charAt(0) + code.slice(1).replaceAll("_", " ").toLowerCase() : code;
