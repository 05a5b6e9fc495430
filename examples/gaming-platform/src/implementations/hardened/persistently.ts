import { sleep } from '@firedrill/core/resilience';

/** Whoever comes back asks until he knows. */
const pauseMs = 500;

export async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch {
      await sleep(pauseMs);
    }
  }
}
