/**
 * An error of the ordinary business under overload: it comes by the ten thousand, born in a timer or
 * in another caller's turn. Its stack would name only that clockwork, and to capture it took a
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
