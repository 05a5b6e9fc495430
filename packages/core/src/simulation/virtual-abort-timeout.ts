import { activeSimulation } from './active.ts';

const realTimeout = AbortSignal.timeout.bind(AbortSignal);

/**
 * Takes the place of `AbortSignal.timeout`. Its timer is unref'd, as Node's is. Unlike Node's it is
 * kept until it fires even if nobody holds the signal: collection by the garbage collector would
 * let the machine decide which timers fire.
 */
export function abortTimeout(delayMs: number): AbortSignal {
  const engine = activeSimulation()?.engine;
  const isValid = Number.isSafeInteger(delayMs) && delayMs >= 0;
  if (engine === undefined || !isValid) return realTimeout(delayMs);
  const controller = new AbortController();
  engine
    .setTimer(
      () => {
        controller.abort(
          new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
        );
      },
      delayMs,
      [],
      false,
    )
    .unref();
  return controller.signal;
}
