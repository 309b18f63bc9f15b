/** What keeps the embedded PostgreSQL from starting on this machine. */
type RefusalCode =
  | "data_dir_in_use"
  | "data_dir_unusable"
  | "no_binaries"
  | "no_account"
  | "unreachable"
  | "socket_dir_unusable"
  | "did_not_start";

/** The embedded PostgreSQL cannot start here; the message names the place and the remedy. */
export class PostgresRefused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = "PostgresRefused";
    this.code = code;
  }
}

export const ownDatabase = "set DATABASE_URL to a PostgreSQL (15 or later) of your own";

/** Whether a thrown value is an operating system error with one of these codes (`ENOENT`, ...). */
export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
