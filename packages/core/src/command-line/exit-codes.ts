/** What a run ends with. A shell script can tell a failed check from a mistyped flag. */
export const exitCodes = {
  /**
   * Everything came out as it was declared; or whoever watched had seen enough: left with `q`, or
   * closed the pipe as `head` does.
   */
  asExpected: 0,
  /** The run finished, and came out otherwise. */
  checkFailed: 1,
  /** The command line, a trace or a fault could not be understood; nothing ran. */
  usage: 2,
  /** A defect: an error that nobody expected, or two runs of one seed that differ (`EX_SOFTWARE`). */
  internal: 70,
  /** The output or a report could not be written, as on a full disk (`EX_IOERR`). */
  unwritten: 74,
  /** Stopped by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
  /** Stopped by another process (128 + SIGTERM). */
  terminated: 143,
} as const;

/** A number that a program of this package ends with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
