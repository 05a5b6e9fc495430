import type { Flow, FlowTypes, NextEvent, StepResult } from '@firedrill/core/flows';

/**
 * The same flow for a clock that runs `speed` times as fast: whatever is held back or waits for its next
 * attempt waits for a part of the time. `Infinity`: nothing is held back.
 */
export function paced<F extends FlowTypes>(flow: Flow<F>, speed: number): Flow<F> {
  return {
    ...flow,
    steps: flow.steps.map((step) => {
      const { delayMs = 0, retry, run, whenDead } = step;
      return {
        ...step,
        delayMs: typeof delayMs === 'function' ? (data) => delayMs(data) / speed : delayMs / speed,
        ...(retry?.backoff && {
          retry: {
            ...retry,
            backoff: {
              ...retry.backoff,
              initialMs: Math.max(1, retry.backoff.initialMs / speed),
              maxMs: Math.max(1, retry.backoff.maxMs / speed),
            },
          },
        }),
        run: async (data, context) => sooner(await run(data, context), speed),
        ...(whenDead && { whenDead: (data, letter) => sooner(whenDead(data, letter), speed) }),
      };
    }),
  };
}

function sooner<F extends FlowTypes>(result: StepResult<F>, speed: number): StepResult<F> {
  if (result === undefined) return undefined;
  const one = (next: NextEvent<F>): NextEvent<F> =>
    next.delayMs === undefined ? next : { ...next, delayMs: next.delayMs / speed };
  return isList(result) ? result.map(one) : one(result);
}

const isList = <T>(value: T | readonly T[]): value is readonly T[] => Array.isArray(value);
