import { escaped } from '../command-line/portable.ts';

/** A fault or a trace that its own room refused: `cause` is that refusal, and has the same text. */
export class InputError extends Error {
  readonly code = 'INPUT';

  constructor(cause: Error) {
    super(escaped(cause.message), { cause });
    this.name = 'InputError';
  }
}
