import { type ExitCode, exitCodes, UsageError } from '@firedrill/core/command-line';
import { EventStoreError } from '@firedrill/core/event-store';

/** What an error means to whoever typed the command. */
export interface Explanation {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Refusals of the store that are about the database that was named, not about the recipe. */
const databaseCodes: ReadonlySet<string> = new Set([
  'CONNECT_FAILED',
  'SCHEMA_TOO_NEW',
  'SERVER_TOO_OLD',
  'DIRECTORY_LOCKED',
  'DIRECTORY_UNUSABLE',
  'BUCKET_COUNT_MISMATCH',
]);

export function explain(error: unknown, command: string): Explanation {
  if (error instanceof UsageError) return { text: error.message, exitCode: exitCodes.usage };
  if (error instanceof EventStoreError && databaseCodes.has(error.code)) {
    return { text: error.message, exitCode: exitCodes.usage };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const report = `This is a defect. Please report it with this command: ${command}`;
  return { text: `${stack}\n${report}`, exitCode: exitCodes.internal };
}
