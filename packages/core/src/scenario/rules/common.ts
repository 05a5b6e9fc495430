import { plural } from '../format.ts';
import type { ExampleTypes } from '../types.ts';
import type { RuleSpec } from './rule.ts';
import { invariant } from './statements.ts';

/** Rules that hold for every system, whatever it does. */

/** No promise was rejected, and no callback threw, without anybody to hear of it. */
export const noUnhandledRejection = <E extends ExampleTypes>(): RuleSpec<E, 'invariant'> =>
  invariant(
    'no rejection and no exception goes unhandled',
    'unhandled error',
    ({ unhandledRejections }) => unhandledRejections,
  );

/** Nothing that came out of the implementation is a mistake in its code: no TypeError or its like. */
export const noDefect = <E extends ExampleTypes>(): RuleSpec<E, 'invariant'> =>
  invariant('the code has no defect that shows', 'defect', ({ thrown }) => {
    const defects = thrown.filter(({ isDefect }) => isDefect);
    const [first] = defects;
    return {
      count: defects.reduce((sum, { count }) => sum + count, 0),
      detail: first && `${first.name}: ${first.message}`,
    };
  });

/**
 * At the end no handler is registered outside, no connection is out, nobody waits for an answer, and
 * the system has come to rest.
 *
 * @param who One of those who wait, e.g. `customer`.
 */
export const nothingLeftBehind = <E extends ExampleTypes>(
  who: string,
): RuleSpec<E, 'invariant'> => ({
  kind: 'invariant',
  title: `nothing is left behind: no handler, no connection, no unanswered ${who}`,
  expected: `0 handlers and 0 connections left, ${plural(0, who)} without an answer, at rest`,
  judge({ handlersLeft, connectionsLeft, unanswered, settledAtMs }) {
    const isAtRest = Number.isFinite(settledAtMs);
    const value = handlersLeft + connectionsLeft + unanswered + (isAtRest ? 0 : 1);
    return {
      holds: value === 0,
      observed: [
        `${plural(handlersLeft, 'handler')} and ${plural(connectionsLeft, 'connection')} left`,
        `${plural(unanswered, who)} without an answer`,
        isAtRest ? 'at rest' : 'still at work after the longest wait',
      ].join(', '),
      value,
      unit: 'count',
    };
  },
});
