import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import type { Group } from './group.ts';
import type { HeldBucket } from './held-bucket.ts';
import type { RunnerObserver } from './notices.ts';

/** What is next for a bucket after a turn on a worker. */
export type NextStep = 'more' | 'idle' | 'wait' | 'gone';

/** One bucket's turn. */
export interface Turn<Tx, Event extends AnyEvent> {
  readonly store: EventStore<Tx, Event>;
  readonly group: Group<Tx, Event>;
  readonly held: HeldBucket<Event>;
  readonly leaseMs: number;
  /** How long a bucket waits after the store has failed, the first time. */
  readonly storeRetryMs: number;
  readonly observer: RunnerObserver | undefined;
  /** Whether to leave off between two transactions. */
  readonly shouldYield: () => boolean;
}
