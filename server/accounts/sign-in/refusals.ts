/** What the sign-in library refuses, in our words. */
import { invalid, Refusal } from "../../platform/errors.ts";

const signInAgain = () =>
  new Refusal(401, "sign_in_again", "The time for the code is over. Sign in with your email and password again.");
const wrongCode = () =>
  invalid("wrong_code", "This code is not right, or it was used already. Take the one that is shown now.", "code");

export const wrongCredentials = () =>
  new Refusal(401, "wrong_credentials", "This email and password don't go together. Check both and try again.");
export const wrongPassword = (field: string) =>
  invalid("wrong_password", "This is not your password. Check it and try again.", field);

/** @param passwordField where in the request the person's present password stands */
export function refusalOf(status: number, code: string | undefined, passwordField: string): Refusal {
  switch (code) {
    case "INVALID_EMAIL_OR_PASSWORD":
      return wrongCredentials();
    case "INVALID_PASSWORD":
      return wrongPassword(passwordField);
    case "CREDENTIAL_ACCOUNT_NOT_FOUND":
      return new Refusal(409, "no_password", "You sign in without a password here, so there is none to change.");
    case "INVALID_CODE":
      return wrongCode();
    case "INVALID_BACKUP_CODE":
      return invalid("wrong_code", "This is none of your recovery codes, or it was used already.", "code");
    case "INVALID_TWO_FACTOR_COOKIE":
    case "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE":
      return signInAgain();
    case "TOTP_ALREADY_ENABLED":
      return new Refusal(409, "two_factor_on", "The second step is on already. Turn it off first to set it up anew.");
    case "TOTP_NOT_ENABLED":
    case "TWO_FACTOR_NOT_ENABLED":
    case "BACKUP_CODES_NOT_ENABLED":
      return new Refusal(409, "two_factor_off", "The second step is not on. Turn it on first.");
    default:
      if (status === 401)
        return new Refusal(401, "unauthorized", "Sign in, or send an API key as `Authorization: Bearer <key>`.");
      throw new Error(`the sign-in library answered ${status} ${code}`);
  }
}

export { signInAgain, wrongCode };
