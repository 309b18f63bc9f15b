/** Signing in by e-mail and password; what fails is said in a sentence. */
import { type Client, Refused, Unreachable } from "../api/client.ts";

export class SignInFailure extends Error {}

export async function signIn(client: Client, email: string, password: string): Promise<void> {
  try {
    await client.ask("/api/auth/sign-in/email", { method: "POST", body: { email, password } });
  } catch (error) {
    throw new SignInFailure(sentence(error));
  }
}

/** The sign-in answers in its own form, without a problem document: the status tells what happened. */
function sentence(error: unknown): string {
  if (error instanceof Refused && error.problem.status === 429)
    return "That was too many tries. Wait a moment, then try again.";
  if (!(error instanceof Unreachable)) return "Parley could not sign you in. Try again.";
  switch (error.status) {
    case 400:
    case 401:
    case 422:
      return "This email and password don’t go together. Check both and try again.";
    case 403:
      return "Parley does not take sign-ins from this address. Open it at its own address.";
    case 429:
      return "That was too many tries. Wait a moment, then try again.";
    default:
      return "Parley can’t be reached at the moment. Try again shortly.";
  }
}
