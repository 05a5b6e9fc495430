/** What a part of the crash test is given. */
export interface PartOptions {
  readonly seed: number;
  /** How long processes are killed, in seconds; starting and counting come on top. */
  readonly seconds: number;
  /** Aborted by Ctrl-C: end all children, remove what was made, and reject with the reason. */
  readonly signal: AbortSignal;
  /** Says how far it is, on standard error. */
  readonly progress: (line: string) => void;
}

/** What a part found. */
export interface PartReport {
  /** Lines for standard output: what was counted. */
  readonly lines: readonly string[];
  /** What does not add up; empty when everything does. */
  readonly failures: readonly string[];
}

/** One half of the crash test. */
export type CrashTestPart = (options: PartOptions) => Promise<PartReport>;

/** The part cannot run here, for a reason that the user can remedy. The command then exits with 2. */
export class PartUnavailableError extends Error {
  readonly code = 'CRASH_TEST_UNAVAILABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PartUnavailableError';
  }
}
