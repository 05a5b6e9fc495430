import type { ProjectionRunner } from '@firedrill/core/event-store';

/** Resolves after some milliseconds, or as soon as the signal is aborted. */
export function pause(forMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, forMs);
    signal?.addEventListener('abort', end);
  });
}

/** Waits until something holds, looking every 50 ms. False when the signal was aborted before. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (await holds()) return true;
    await pause(50, signal);
  }
  return false;
}

/**
 * Waits until a projection, or all of the runner, have come to where the store is now. False when the
 * signal was aborted before.
 */
export async function untilCaughtUp(
  runner: ProjectionRunner,
  signal: AbortSignal,
  projection?: string,
): Promise<boolean> {
  if (signal.aborted) return false;
  const { promise: aborted, resolve } = Promise.withResolvers<false>();
  const onAbort = (): void => resolve(false);
  signal.addEventListener('abort', onAbort, { once: true });
  const caughtUp = runner.onCaughtUp(projection === undefined ? {} : { projection });
  try {
    return await Promise.race([aborted, caughtUp.then(() => true)]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
