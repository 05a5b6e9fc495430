import { type ExitCode } from '../../command-line/index.ts';

/** What a command says, and what the process ends with. */
export interface Answer {
  /** For standard output, without the last line end. */
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** One of the commands below `capacity`. */
export interface SubCommand {
  /** One line for the help. */
  readonly description: string;
  /** @throws UsageError, InputError or TraceError for what cannot be run */
  run(args: readonly string[]): Answer | Promise<Answer>;
}
