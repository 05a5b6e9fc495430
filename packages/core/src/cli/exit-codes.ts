/** What a run ends with. A shell script can tell a failed check from a mistyped flag. */
export const exitCodes = {
  /** Everything came out as the scenario describes it. */
  asExpected: 0,
  /** The run finished, and at least one check failed. */
  checkFailed: 1,
  /** The command line, a trace or a fault could not be understood; nothing ran. */
  usage: 2,
  /** A defect: an error that nobody expected, or two runs of one seed that differ (`EX_SOFTWARE`). */
  internal: 70,
  /** Stopped by Ctrl-C or by `q` (128 + SIGINT). */
  interrupted: 130,
  /** Standard output was closed before the run was over, as by `| head` (128 + SIGPIPE). */
  outputClosed: 141,
  /** Stopped by another process (128 + SIGTERM). */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
