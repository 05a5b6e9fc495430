/**
 * An error that is part of the mock's ordinary business: tens of thousands in a run, each born in the
 * clockwork of the simulation. Its stack would name only that clockwork, and to capture it took a
 * twentieth of a run, so it has none.
 */
export abstract class ExpectedError extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}
