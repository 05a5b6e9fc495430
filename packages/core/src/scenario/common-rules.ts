import type { ClosableSystem, Rule } from './example.ts';

/** Rules that hold for every system, whatever it does. */

/** No promise was rejected without anybody to hear of it. */
export function noUnhandledRejection<Settings, World, System extends ClosableSystem>(): Rule<
  Settings,
  World,
  System
> {
  return {
    name: 'no-unhandled-rejection',
    title: 'no rejection goes unhandled',
    kind: 'invariant',
    expected: '0 unhandled rejections',
    evaluate({ meter }) {
      const count = meter.total('unhandledRejections');
      return { holds: count === 0, observed: `${count} unhandled rejections` };
    },
  };
}

/** A system that can tell what it has not taken away again. */
interface Tidy extends ClosableSystem {
  /** Listeners that are still registered. Absent: none can be. */
  readonly leftBehind?: () => number;
}

/**
 * At the end no listener is left, nobody waits for an answer, and the system has come to rest.
 *
 * @param who One of those who wait, e.g. `customer`.
 */
export function nothingLeftBehind<Settings, World, System extends Tidy>(
  who: string,
): Rule<Settings, World, System> {
  return {
    name: 'nothing-left-behind',
    title: `nothing is left behind: no listener, no unanswered ${who}`,
    kind: 'invariant',
    expected: `0 listeners and 0 ${who}s without an answer at the end`,
    evaluate({ system, unanswered, settledAtMs }) {
      const listeners = system.leftBehind?.() ?? 0;
      return {
        holds: listeners === 0 && unanswered === 0 && Number.isFinite(settledAtMs),
        observed: `${listeners} listeners, ${unanswered} ${who}s without an answer`,
      };
    },
  };
}
