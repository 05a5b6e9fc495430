import { escaped } from './escaped.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';

/** What is said about a run when it is over, and what the process ends with. */
export interface Conclusion {
  readonly exitCode: ExitCode;
  /** For standard error. */
  readonly lines: readonly string[];
}

/** An error that nobody expected: its stack, and what to send to those who can mend it. */
export function defect(error: unknown, replay: string): Conclusion {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const causes = error instanceof Error && error.cause !== undefined ? [describeCause(error)] : [];
  return {
    exitCode: exitCodes.internal,
    lines: [
      stack,
      ...causes,
      `This is a defect. Please report it with this command: ${replay}`,
    ].map((line) => escaped(line, '\n')),
  };
}

function describeCause({ cause }: Error): string {
  return `caused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
}
