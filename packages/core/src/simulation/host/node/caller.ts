/** Frames looked at to find one in the program itself. */
const stackDepth = 32;

/** Frames of this room, of Node and of the language itself. */
const foreignFrame = /simulation\/(?:(?:engine|simulate)\.ts|host\/)|node:|<anonymous>\)$/;

/** The frame of the program that led here, as a line of its stack. */
export function callerOutsideThisRoom(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = stackDepth;
  const { stack = '' } = new Error('here');
  Error.stackTraceLimit = stackTraceLimit;
  return stack
    .split('\n')
    .slice(1)
    .map((frame) => frame.trim())
    .find((frame) => !foreignFrame.test(frame));
}
