/** One kind of error that came out of an implementation. */
export interface Thrown {
  /** Class of the error, e.g. `TypeError`. */
  readonly name: string;
  readonly message: string;
  /** Where it was thrown in the implementation's source, e.g. `implementations/mine.ts:31`. */
  readonly place: string | undefined;
  readonly count: number;
  /** Virtual time of the first one, in ms. */
  readonly firstAtMs: number;
  /** How it came out: rejected to the visitor, told to telemetry, or rejected with nobody to hear. */
  readonly via: 'answer' | 'telemetry' | 'unhandled';
  /** Whether it is a mistake in the code (a TypeError and its like) and no failure of the world. */
  readonly isDefect: boolean;
}
