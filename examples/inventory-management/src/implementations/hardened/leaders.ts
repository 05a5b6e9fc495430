import { settle, sleep } from '@firedrill/core/resilience';
import { ServiceError, withTimeout } from '@firedrill/core/services';
import type { Place, Standing } from '../../domain/replicas.ts';
import type { StockShard } from '../../domain/resharding.ts';
import type { Outside } from '../../system.ts';
import { replicasOf } from './keeper.ts';

/** Which replica is the primary of a shard, as far as this process knows. */
export interface Leaders {
  /**
   * Runs a statement where its shard has its primary; `undefined` where there are no replicas. What is refused
   * was not performed: it is tried again where the primary is by then, for a second.
   */
  at<T>(shard: StockShard, run: (place: Place | undefined) => Promise<T>): Promise<T>;
}

/** Nobody knows of a primary now. Nothing was done. */
export class NoPrimaryError extends Error {
  override readonly name = 'NoPrimaryError';
  readonly code = 'NO_PRIMARY';

  constructor(shard: StockShard) {
    super(`Failed to reach ${shard}: it has no primary now. Try again in some seconds.`);
  }
}

/** A promotion takes less, so long as the keeper is well. */
const attempts = 10;
const againAfterMs = 100;

/** Three times the 99th percentile. */
const lookUpTimeoutMs = 30;

/** What is acknowledged is on two machines of three: one of any two has it. */
const copies = 1;

export function createLeaders(outside: Outside): Leaders {
  const replicas = replicasOf(outside);
  const known = new Map<StockShard, Standing>();
  let looking: Promise<void> | undefined;

  /** Asks all replicas: the newest epoch of which any of them knows the primary. */
  async function lookUp(): Promise<void> {
    const answers = await Promise.all(
      replicas.map(([, client]) => settle(withTimeout(client, lookUpTimeoutMs).standings({}))),
    );
    for (const answer of answers) {
      for (const standing of answer.kind === 'success' ? answer.value.standings : []) {
        const { shard, epoch, primary } = standing;
        if (primary === undefined || epoch <= (known.get(shard)?.epoch ?? 0)) continue;
        known.set(shard, standing);
      }
    }
  }

  async function placeOf(shard: StockShard, isOld: boolean): Promise<Place> {
    if (isOld || !known.has(shard)) {
      looking ??= lookUp().finally(() => {
        looking = undefined;
      });
      await looking;
    }
    const { primary, epoch } = known.get(shard) ?? {};
    if (primary === undefined || epoch === undefined) throw new NoPrimaryError(shard);
    return { replica: primary, epoch, copies };
  }

  return {
    async at(shard, run) {
      if (replicas.length === 0) return run(undefined);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await run(await placeOf(shard, attempt > 1));
        } catch (error) {
          const isRefused =
            error instanceof NoPrimaryError ||
            (error instanceof ServiceError && error.status >= 500);
          if (!isRefused || attempt === attempts) throw error;
          await sleep(againAfterMs);
        }
      }
    },
  };
}
