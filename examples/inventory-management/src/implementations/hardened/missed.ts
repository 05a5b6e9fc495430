import {
  BreakerOpenError,
  type Breakers,
  createDeadLetters,
  sleep,
} from '@firedrill/core/resilience';
import type { Downstream } from '../../domain/downstreams.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';

/** Remembers which product a downstream missed, and tells it the newest level when it is back. */
export interface MissedUpdates {
  add(downstream: Downstream, productId: string, reason: string, error: unknown): void;
  readonly size: number;
  /** Resolves when nothing is missed, or when the services have had their time. */
  close(): Promise<void>;
}

interface Missed {
  readonly downstream: Downstream;
  readonly productId: string;
}

/** How often what was missed is tried again, and how fast: slow enough for a service just back. */
const replayEveryMs = 1_000;
const replay = { ratePerSecond: 100, concurrency: 16 } as const;

/** After the last change, services get this long to come back. */
const lastReplayMs = 180_000;

/**
 * A letter says which product was missed, not which level: ten missed changes are one letter, and a
 * store of `downstreams x products` letters can never be full.
 */
export function createMissedUpdates(
  { clock, settings, telemetry }: Context,
  breakers: Breakers<Downstream>,
  tell: (downstream: Downstream, productId: string) => Promise<void>,
  downstreamCount: number,
): MissedUpdates {
  const letters = createDeadLetters<Missed, Downstream>({
    // Twice: a product may be missed again while its letter is in a replay.
    capacity: 2 * downstreamCount * settings.products,
  });
  const noted = new Set<string>();
  let caughtUp = 0;
  const idOf = ({ downstream, productId }: Missed): string => `${downstream}/${productId}`;

  async function deliver(missed: Missed): Promise<void> {
    const { downstream, productId } = missed;
    // From here on a change that is missed is a new one: the level is read now.
    noted.delete(idOf(missed));
    try {
      await breakers.execute(downstream, () => tell(downstream, productId));
      caughtUp += 1;
      telemetry.count(reports.caughtUp);
    } catch (error) {
      // Missed again meanwhile: that letter says all that this one does, which may go.
      if (noted.has(idOf(missed))) return;
      noted.add(idOf(missed));
      throw error;
    }
  }

  async function replayAll(): Promise<void> {
    const probed = new Set<Downstream>();
    const before = caughtUp;
    await letters.replay(({ item }) => deliver(item), {
      ...replay,
      // Of a service whose breaker is not closed, one letter is enough to find out.
      filter({ key }) {
        if (breakers.state(key) === 'closed') return true;
        if (probed.has(key)) return false;
        probed.add(key);
        return true;
      },
    });
    if (caughtUp === before || letters.size > 0) return;
    telemetry.note({
      name: 'caught-up',
      severity: 'info',
      text: `downstream services have caught up: ${caughtUp} missed updates delivered so far`,
    });
  }

  let replaying: Promise<void> | undefined;
  const replayer = setInterval(() => {
    if (letters.size === 0 || replaying !== undefined) return;
    replaying = replayAll().finally(() => {
      replaying = undefined;
    });
  }, replayEveryMs);

  return {
    add(downstream, productId, reason, error) {
      const item = { downstream, productId };
      const isRefused = error instanceof BreakerOpenError;
      telemetry.count(isRefused ? reports.shortCircuited : reports.updateErrors);
      if (noted.has(idOf(item))) return;
      noted.add(idOf(item));
      letters.add({ item, key: downstream, reason, error, attempts: 1, atMs: clock.now() });
    },
    get size() {
      return letters.size;
    },
    async close() {
      const giveUpAtMs = clock.elapsedMs() + lastReplayMs;
      while (letters.size > 0 && clock.elapsedMs() < giveUpAtMs) await sleep(replayEveryMs);
      clearInterval(replayer);
      await replaying;
    },
  };
}
