import { sleep } from '@firedrill/core/resilience';
import { withTimeout } from '@firedrill/core/services';
import { createPlacement, firstMapEpoch, type StockShard } from '../../domain/resharding.ts';
import { type ShardName, shardNames } from '../../domain/shards.ts';
import type { Context, InventorySystem } from '../../system.ts';
import { noShop } from './no-shop.ts';
import type { Patience } from './patience.ts';

/** How rows are moved to a shard that is added: what has to be right about it. */
export interface Resharding {
  /** Where a row belongs in the end. */
  readonly placeAfter: (productId: string) => StockShard;
  /** The shards that give, in the order in which they do. */
  readonly givers: readonly ShardName[];
  /** What is done with the rows that one of them has to give. */
  readonly steps: readonly ('copy' | 'close' | 'open')[];
}

/**
 * By a consistent hash, so that few rows move. They are copied while they are in use, and what has changed meanwhile is copied
 * again, which is soon done; then nobody has them for as long as the last changes take, and only then are they another
 * shard's.
 */
export const createResharding = (): Resharding => ({
  placeAfter: createPlacement(),
  givers: shardNames,
  steps: ['copy', 'copy', 'close', 'copy', 'open'],
});

/** A copy takes as long as there are rows. */
const copyTimeoutMs = 120_000;
/** Three times the 99th percentile when the database is slow. */
const timeoutMs = 120;

/**
 * Moves rows to the shard that is added, one giver after the other, and writes down in the map when one has given all that it
 * has to. A process of its own, of which there is one: each step done twice is done once, and whoever comes back after a
 * crash begins the part anew that is not in the map.
 */
export function createMover(
  { clock, outside, settings }: Context,
  { placeAfter, givers, steps }: Resharding,
  patience: Patience,
): InventorySystem {
  const { catalogue, moves, shardMap, shards } = outside;

  /** The rows that a shard has to give, by who takes them. */
  function leaving(giver: ShardName): ReadonlyMap<StockShard, readonly string[]> {
    const rows = catalogue.all.map(({ id }) => id).filter((id) => shards.of(id) === giver);
    return Map.groupBy(
      rows.filter((id) => placeAfter(id) !== giver),
      placeAfter,
    );
  }

  async function perform(
    step: Resharding['steps'][number],
    from: StockShard,
    to: StockShard,
    productIds: string[],
  ): Promise<void> {
    if (moves === undefined) return;
    const { copy, close, open } = moves;
    if (step === 'copy') {
      const options = { key: to, timeoutMs: copyTimeoutMs };
      await patience.persist(() => copy({ productIds, from }, options));
    } else if (step === 'close') {
      await patience.persist(() => close({ productIds }, { key: from, timeoutMs }));
    } else {
      await patience.persist(() => open({ productIds }, { key: to, timeoutMs }));
    }
  }

  async function move(giver: ShardName): Promise<void> {
    for (const [taker, productIds] of leaving(giver)) {
      for (const step of steps) await perform(step, giver, taker, [...productIds]);
    }
  }

  async function run(): Promise<void> {
    if (shardMap === undefined) return;
    const map = withTimeout(shardMap, timeoutMs);
    await sleep(Math.max(0, 60_000 * settings.reshardMinutes - clock.elapsedMs()));
    for (;;) {
      const { epoch } = await patience.persist(() => map.read({}));
      const giver = givers[epoch - firstMapEpoch];
      if (giver === undefined) return;
      await move(giver);
      await patience.persist(() => map.publish({ epoch: epoch + 1 }));
    }
  }

  const running = run();

  return {
    ...noShop('the mover'),
    close: () => running,
  };
}
