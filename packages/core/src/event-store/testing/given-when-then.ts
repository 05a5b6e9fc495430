import assert from 'node:assert/strict';
import type { Decider } from '../decider/decider.ts';
import type { AnyEvent } from '../event.ts';

/** What is expected of a decider. Throws an AssertionError that shows the difference. */
export interface Expectation<State, Event extends AnyEvent> {
  /** It decides exactly these events. */
  then(...events: readonly Event[]): void;
  /** It decides that there is nothing to do. */
  thenNothing(): void;
  /** It refuses with an error whose message matches, or that this predicate accepts. */
  thenRefuses(expected: RegExp | ((error: unknown) => boolean)): void;
  /** After its events, this is the state. */
  thenState(state: State): void;
}

/**
 * Tests a decider without a store: given what has happened, when a command comes, then that happens.
 *
 * ```ts
 * import type { Decider } from '@firedrill/core/event-store';
 * import { given } from '@firedrill/core/event-store/testing';
 *
 * type OrderEvent = { readonly type: 'placed' | 'paid'; readonly data: object };
 * declare const order: Decider<{ isPaid: boolean }, { type: 'pay' }, OrderEvent>;
 * declare const placed: OrderEvent;
 * declare const paid: OrderEvent;
 * given(order, placed).when({ type: 'pay' }).then(paid);
 * ```
 */
export function given<State, Command, Event extends AnyEvent>(
  decider: Decider<State, Command, Event>,
  ...history: readonly Event[]
): { when(command: Command): Expectation<State, Event> } {
  const after = (state: State, events: readonly Event[]): State =>
    events.reduce((reached, event) => decider.evolve(reached, event), state);
  const before = (): State => after(decider.initialState(), history);
  return {
    when(command) {
      const decided = (): readonly Event[] => decider.decide(command, before());
      return {
        // oxlint-disable-next-line unicorn/no-thenable -- it is the word of the trade, and no promise
        then(...events) {
          assert.deepEqual(decided(), events);
        },
        thenNothing() {
          assert.deepEqual(decided(), []);
        },
        thenRefuses(expected) {
          assert.throws(decided, expected);
        },
        thenState(state) {
          assert.deepEqual(after(before(), decided()), state);
        },
      };
    },
  };
}
