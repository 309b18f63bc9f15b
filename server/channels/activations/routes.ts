/** HTTP of activations. */
import { z } from "zod";
import {
  Activation,
  ActivationPrice,
  ActivationPriceQuery,
  Deactivation,
  NewActivation,
  NewPurchase,
} from "../../../contract/activations.ts";
import { idOf } from "../../../contract/ids.ts";
import { pageOf, pagingById } from "../../../contract/paging.ts";
import { notFound } from "../../platform/errors.ts";
import { acts, type Route, reads } from "../../platform/http/route.ts";
import { pageOfAll } from "../../platform/page.ts";
import type { AskPrices } from "../prices.ts";
import type { ActivationParts } from "./act.ts";
import { activate, activationJson, buy, deactivate } from "./activations.ts";
import { priceThere } from "./price.ts";
import { findActivation, listActivations } from "./store.ts";

const activationId = z.strictObject({ id: idOf("act") });

export function activationRoutes({
  askPrices,
  ...given
}: Omit<ActivationParts, "database"> & { askPrices: AskPrices }): Route[] {
  return [
    reads({
      path: "/api/activations",
      summary: "Numbers that Parley got, or is getting, at the provider",
      permission: "sms.manage",
      query: z.strictObject(pagingById("act")),
      answer: pageOf(Activation),
      handle: async (view, { query }) =>
        pageOfAll((await listActivations(view.ground, view.workspaceId)).map(activationJson), query),
    }),
    reads({
      path: "/api/activations/:id",
      summary: "How far one of them is",
      permission: "sms.manage",
      params: activationId,
      answer: Activation,
      async handle(view, { params }) {
        const row = await findActivation(view.ground, view.workspaceId, params.id);
        if (!row) throw notFound("activation");
        return activationJson(row);
      },
    }),
    acts({
      method: "GET",
      path: "/api/activations/price",
      summary: "About what a number that Parley gets would cost a month",
      permission: "sms.manage",
      query: ActivationPriceQuery,
      answer: ActivationPrice,
      handle: (database, { query, caller }) => priceThere({ ...given, database }, askPrices, query, caller),
    }),
    acts({
      method: "POST",
      path: "/api/activations",
      summary: "Open a subaccount, buy a number with voice and SMS in it and connect it",
      permission: "providers.manage",
      status: 201,
      body: NewActivation,
      answer: Activation,
      handle: (database, { body, caller }) => activate({ ...given, database }, body, caller),
    }),
    acts({
      method: "POST",
      path: "/api/activations/:id/deactivate",
      summary: "Release a managed number and close its subaccount; its history stays",
      permission: "providers.manage",
      params: activationId,
      body: Deactivation,
      answer: Activation,
      handle: (database, { params, body, caller }) =>
        deactivate({ ...given, database }, params.id, body.confirm, caller),
    }),
    acts({
      method: "POST",
      path: "/api/channels/sms/buy",
      summary: "Buy a number in the business's own account and connect it",
      permission: "sms.manage",
      status: 201,
      body: NewPurchase,
      answer: Activation,
      handle: (database, { body, caller }) => buy({ ...given, database }, body, caller),
    }),
  ];
}
