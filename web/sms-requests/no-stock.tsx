import { useQuery } from "@tanstack/react-query";
import type { NumberType, SmsRequest } from "../../contract/sms-requests.ts";
import { numbersForSale } from "../channels/for-sale.ts";
import { useApi } from "../shell/desk-api.ts";
import { sayType } from "./request-words.ts";

/** Said before anybody goes on in vain: papers are good for nothing where there is no number. */
export function NoStock({
  type,
  reviewed,
  others = [],
}: {
  type: NumberType;
  /** Whether somebody approves what is filled in; an address alone, nobody does. */
  reviewed: boolean;
  others?: NumberType[];
}) {
  const rest = others.length > 0 && ` It has ${others.map(sayType).join(" and ")} ones.`;
  return (
    <p role="status" className="rounded-sm bg-warn-soft px-3 py-2 text-md text-pretty text-warn">
      Twilio has no {sayType(type)} number with SMS for sale there now, so {reviewed ? "its approval" : "the address"}{" "}
      could not be used until it has one.
      {rest}
    </p>
  );
}

/** The same, of a request that was begun already. */
export function NoStockFor({ request }: { request: SmsRequest }) {
  const { client } = useApi();
  const { providerAccountId: accountId, country, numberType } = request;
  const found = useQuery(numbersForSale(client, { accountId, country, areaCode: "", numberType }));
  return found.data?.length === 0 ? <NoStock type={numberType} reviewed={request.asked.reviewed} /> : null;
}
