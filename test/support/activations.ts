/** The sentences of stories about numbers that Parley gets at the provider. */
import type { Activation } from "../../contract/activations.ts";
import { KILN, type Town } from "./town.ts";

/** Asks for a managed number; answers how far it came at once. */
export async function activate(town: Town, body: Record<string, unknown>): Promise<Activation> {
  const answer = await town.passing(town.api.post("/api/activations", body));
  if (answer.status !== 201) throw new Error(`not activated: ${JSON.stringify(answer.body)}`);
  return answer.body as unknown as Activation;
}

export async function deactivate(town: Town, id: string, confirm: string): Promise<Activation> {
  const answer = await town.passing(town.api.post(`/api/activations/${id}/deactivate`, { confirm }));
  if (answer.status !== 200) throw new Error(`not deactivated: ${JSON.stringify(answer.body)}`);
  return answer.body as unknown as Activation;
}

/** Every subaccount that was ever opened, as the provider has it. */
export const subaccounts = (town: Town) =>
  town.simulator.overview().accounts.filter((each) => each.sid !== each.ownerSid);

/** The numbers that the provider has sold, to one account or to any; without the one that the town began with. */
export const soldTo = (town: Town, accountSid?: string) =>
  town.simulator
    .overview()
    .numbers.filter((each) => each.phoneNumber !== KILN && (!accountSid || each.accountSid === accountSid));
