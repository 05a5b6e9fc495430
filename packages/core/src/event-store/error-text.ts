/** Longest error text that is stored: a stack is kept, a dumped payload is not. */
const LONGEST = 4_000;

/** The text of whatever was thrown, as every adapter can hold it. */
export function errorText(error: unknown): string {
  return textOf(error).slice(0, LONGEST).replaceAll('\0', '\u2400').toWellFormed();
}

function textOf(error: unknown): string {
  try {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } catch {
    // An object without a prototype, or one whose `toString` fails.
    return `something of type ${typeof error} that has no text`;
  }
}
