import type { Papers } from "../../contract/sms-requests.ts";
import { countryChoices } from "../channels/countries.ts";
import { Field } from "../ui/field.tsx";
import { Select } from "../ui/select.tsx";
import { Line } from "./line.tsx";

const LINES = [
  ["customerName", "Name at this address"],
  ["street", "Street and house number"],
  ["streetSecondary", "Second line, if there is one"],
  ["postalCode", "Postal code"],
  ["city", "City"],
  ["region", "State or region"],
] as const;

export const ADDRESS_LABELS: Readonly<Record<string, string>> = { ...Object.fromEntries(LINES), country: "Country" };

/** Where whoever the number is for lives or works. */
export function AddressFields({
  address,
  needed,
  whole,
  errorAt,
  onChange,
}: {
  address: Papers["address"];
  needed: boolean;
  /** What is wrong with the whole. */
  whole: string | undefined;
  errorAt(path: string): string | undefined;
  onChange(path: string, address: Papers["address"]): void;
}) {
  return (
    <>
      {!needed && <p className="text-sm text-ink-3">Only needed for a document that shows an address.</p>}
      {whole && (
        <p role="alert" className="text-sm text-bad">
          {whole}
        </p>
      )}
      {LINES.map(([name, label]) => (
        <Line
          key={name}
          path={`address.${name}`}
          label={label}
          help={name === "region" ? "Where there is none, the city again." : null}
          error={errorAt(`address.${name}`)}
          value={address[name]}
          onChange={(text) => onChange(`address.${name}`, { ...address, [name]: text })}
        />
      ))}
      <div data-field="address.country">
        <Field label="Country" error={errorAt("address.country")}>
          {(field) => (
            <Select
              {...field}
              value={address.country}
              placeholder="Choose"
              onChange={(country) => onChange("address.country", { ...address, country })}
              choices={countryChoices()}
            />
          )}
        </Field>
      </div>
    </>
  );
}
