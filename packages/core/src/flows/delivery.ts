import type { FlowEvent } from './flow-event.ts';
import type { FlowLetter } from './step.ts';

/** One event on its way to one step. */
export interface Delivery {
  /** The event's id and the step's name. */
  readonly id: string;
  readonly event: FlowEvent;
  /** Attempts that were used up. */
  readonly attempts: number;
  /** How often a process went away while it worked on it. */
  readonly interruptions: number;
}

/** An event that is to be published, and how long it is held back, in ms. */
export interface Outgoing {
  readonly event: FlowEvent;
  readonly delayMs: number;
}

/** What a step has read and written of its tables. */
export interface TableChanges {
  /** Versions of what was read, by table and key: they must still be the same. */
  readonly read: ReadonlyMap<string, number>;
  /** New entries; `undefined` deletes. */
  readonly written: ReadonlyMap<string, unknown>;
}

/** How one attempt at a delivery ended, for the engine to make it so, all at once. */
export type Outcome =
  | {
      readonly kind: 'done';
      /** Key by which the step recognises the same work; `undefined` where it is harmless by nature. */
      readonly doneKey: string | undefined;
      readonly changes: TableChanges | undefined;
      readonly outgoing: readonly Outgoing[];
      /** Whether its work had been done before, so that nothing was run. */
      readonly isRepeated?: true;
    }
  | {
      readonly kind: 'again';
      readonly delayMs: number;
      /** Whether it used up an attempt. A breaker that is open uses up none. */
      readonly isSpent: boolean;
      readonly error: unknown;
    }
  | {
      readonly kind: 'dead';
      readonly letter: FlowLetter;
      readonly outgoing: readonly Outgoing[];
      readonly error: unknown;
    };

/**
 * How the end of an attempt was taken: `stale` when it is no longer its turn, `conflict` when somebody
 * has changed what it rests on.
 */
export type Settlement = 'settled' | 'stale' | 'conflict';
