import { StoreUnavailableError } from '../unavailable.ts';

/** What the store gets to answer behind a limit: a rollback and a release are milliseconds of work. */
const GRACE_MS = 1_000;

/**
 * Waits for work that is to end within `timeoutMs`; at that time `cut` makes it short. A second later it
 * is given up: what it still does has no more say.
 *
 * @throws StoreUnavailableError when it is given up; what `work` rejects with.
 */
export async function withinLimit(
  work: Promise<void>,
  timeoutMs: number | undefined,
  cut: () => void,
): Promise<void> {
  if (timeoutMs === undefined) return work;
  const late = Promise.withResolvers<never>();
  let timer = setTimeout(() => {
    cut();
    timer = setTimeout(() => {
      late.reject(
        new StoreUnavailableError('it did not answer while the runner stopped', 'unknown'),
      );
    }, GRACE_MS);
  }, timeoutMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
