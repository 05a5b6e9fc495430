import { sleep } from '@firedrill/core/resilience';
import type { ClinicStore } from './events.ts';

/** Looks at the store from outside: how far the auditors are behind, and whether anything is left. */
export interface Monitor {
  /** Entries in the store that the auditors did not have when it was last looked at. */
  readonly backlog: number;
  /** Looks each second from now on. Who does not watch looks when somebody waits for rest. */
  watch(): void;
  /** Resolves when the auditors have everything and the outbox is empty, or after `limitMs`. */
  onIdle(limitMs: number): Promise<void>;
  stop(): void;
}

const lookEveryMs = 1_000;
const batchSize = 1_000;

export function createMonitor(
  store: ClinicStore,
  projection: string,
  bucketCount: number,
): Monitor {
  /** Positions of entries that were not forwarded, by bucket of the projection. */
  const waiting = Array.from({ length: bucketCount }, (): number[] => []);
  let seen = 0;
  let backlog = 0;
  let pending = 0;

  async function look(): Promise<void> {
    for (;;) {
      const { events, scannedTo, horizon } = await store.readAll({
        after: seen,
        limit: batchSize,
        filter: { categories: ['access'] },
      });
      for (const { bucket, position } of events) waiting[bucket % bucketCount]?.push(position);
      seen = scannedTo;
      if (scannedTo >= horizon) break;
    }
    const { buckets } = await store.projections.status(projection);
    for (const { bucket, checkpoint } of buckets) {
      const positions = waiting[bucket] ?? [];
      const first = positions.findIndex((position) => position > checkpoint);
      positions.splice(0, first === -1 ? positions.length : first);
    }
    backlog = waiting.reduce((sum, { length }) => sum + length, 0);
    ({ pending } = await store.outbox.status());
  }

  let looking: Promise<void> | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;

  return {
    get backlog() {
      return backlog;
    },
    watch() {
      timer ??= setInterval(() => {
        looking ??= look()
          .catch(() => {})
          .finally(() => {
            looking = undefined;
          });
      }, lookEveryMs);
    },
    async onIdle(limitMs) {
      for (let waitedMs = 0; waitedMs < limitMs; waitedMs += lookEveryMs) {
        await looking;
        // The store may not be to be had: then nothing is known of it, and the next look tells.
        const isKnown = await look().then(
          () => true,
          () => false,
        );
        if (isKnown && backlog === 0 && pending === 0) return;
        await sleep(lookEveryMs);
      }
    },
    stop() {
      clearInterval(timer);
    },
  };
}
