import { plural } from '@firedrill/core/scenario';
import { type IdentifiedFault, ServiceFailure } from '@firedrill/core/services';
import { hash } from '../domain/hash.ts';
import { allShards, neededForMoving, type StockShard } from '../domain/resharding.ts';
import { pointsPerNode } from '../domain/ring.ts';
import type { Shards } from '../domain/shards.ts';
import { createStock, type MovableStock, type Stock, type StockOptions } from './stock.ts';
import { uniteStocks } from './united-stock.ts';

/**
 * The shards as databases of their own, between which rows are moved. A shard performs what is asked about a row while the
 * row is its own; nothing else keeps two of them from having it, and nothing keeps a new one from having less than the
 * old one had: whoever moves rows answers for that.
 */
export interface Moving {
  /** All shards as one database: of each row what its owner has, and in between what the last one had. */
  readonly stock: Stock;
  /** Performs a statement on a row. @throws ServiceFailure (409) when the row is not with that shard */
  perform<Output>(shard: string | undefined, productId: string, run: (on: Stock) => Output): Output;
  /** The rows of a shard. */
  survey(shard: string | undefined): ReturnType<Stock['survey']>;
  /** What a statement takes longer on a shard that is being copied, in ms. */
  slowerMs(shard: string | undefined): number;
  /**
   * Copies what the new shard does not have yet, row by row; gives back how long that takes, in ms. What is changed of a row
   * after its turn is not in the copy.
   */
  beginCopy(to: StockShard, from: StockShard, productIds: readonly string[]): number;
  /** Copies what has had no turn. */
  endCopy(to: StockShard, from: StockShard, productIds: readonly string[]): void;
  close(shard: StockShard, productIds: readonly string[]): void;
  open(shard: StockShard, productIds: readonly string[]): void;
  /** Rows that two shards had at the same time. */
  readonly ownedTwice: number;
  /** Changes of rows that their new shard did not have when it took them. */
  readonly lostChanges: number;
  /** Rows that have another owner than at the beginning. */
  readonly moved: number;
  /** Rows of which the owner is not the one that a ring of all shards gives them to. */
  misplaced(): number;
  /** The longest time for which nobody had a row while nothing was wrong, in ms. */
  readonly longestPauseMs: number;
  /** Statements that came to a shard which did not have the row. */
  readonly refused: number;
  /** When the first row was copied, and when the last one was taken. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** A shard that is being copied has so much less time for others: what a statement takes longer, in ms. */
const copyCostMs = 1;

/** What failed shortly before may still be felt, in ms. */
const stillFeltMs = 15_000;

export interface MovingOptions extends StockOptions {
  readonly shards: Shards;
  readonly rowsPerSecond: number;
  readonly faultsSince: (sinceMs: number) => readonly IdentifiedFault[];
  readonly onOwnedTwice: (text: string) => void;
  readonly onLost: (text: string) => void;
}

interface Shard {
  readonly name: StockShard;
  readonly stock: MovableStock;
  readonly owned: Set<string>;
  /** Until when rows are copied from it, or to it. */
  copyingUntilMs: number;
}

export function createMoving(options: MovingOptions): Moving {
  const { shards, products, elapsedMs, rowsPerSecond, faultsSince, onLost, onOwnedTwice } = options;
  const productOf = new Map<string, string>();
  const stockOptions: StockOptions = {
    ...options,
    onHold(reservationId, quantity, productId) {
      productOf.set(reservationId, productId);
      options.onHold(reservationId, quantity, productId);
    },
  };
  const all = new Map<string, Shard>(
    allShards.map((name) => {
      const own = products.filter(({ id }) => shards.of(id) === name);
      const owned = new Set(own.map(({ id }) => id));
      const stock = createStock({ ...stockOptions, products: own });
      return [name, { name, stock, owned, copyingUntilMs: 0 }];
    }),
  );
  const owners = new Map(products.map(({ id }) => [id, shardAt(shards.of(id))]));
  const closedAtMs = new Map<string, number>();
  const needed = new Set<string>(neededForMoving);
  let ownedTwice = 0;
  let lostChanges = 0;
  let longestPauseMs = 0;
  let refused = 0;
  let fromMs: number | undefined;
  let toMs: number | undefined;

  function shardAt(name: string | undefined): Shard {
    const shard = all.get(name ?? '');
    if (shard === undefined) throw new ServiceFailure(404, `there is no shard ${name}`);
    return shard;
  }

  const ownerOf = (productId: string): Shard => {
    const owner = owners.get(productId);
    if (owner === undefined) throw new ServiceFailure(404, `there is no product ${productId}`);
    return owner;
  };

  function noticePause(productId: string): void {
    const sinceMs = closedAtMs.get(productId);
    if (sinceMs === undefined) return;
    closedAtMs.delete(productId);
    const isExcused = faultsSince(sinceMs - stillFeltMs).some(({ service }) => needed.has(service));
    if (!isExcused) longestPauseMs = Math.max(longestPauseMs, elapsedMs() - sinceMs);
  }

  function noticeLoss(productId: string, to: Shard, before: Shard): void {
    const missing = before.stock.revisionOf(productId) - to.stock.revisionOf(productId);
    if (missing <= 0) return;
    lostChanges += missing;
    onLost(
      `${to.name} has ${productId} without ${plural(missing, 'change')} that ${before.name} has made`,
    );
  }

  /** A row that a shard has taken over is no copy any more. */
  function copyOne(source: Shard, target: Shard, productId: string): void {
    if (target.owned.has(productId) || !source.stock.has(productId)) return;
    target.stock.put(source.stock.copyOf(productId));
  }

  function openOne(to: Shard, productId: string): void {
    if (to.owned.has(productId)) return;
    const before = ownerOf(productId);
    // It takes what is asked about a row of which it has nothing.
    if (!to.stock.has(productId)) to.stock.put(emptyRow(productId));
    for (const { name, owned } of all.values()) {
      if (!owned.has(productId)) continue;
      ownedTwice += 1;
      onOwnedTwice(`${to.name} takes ${productId}, which ${name} still has`);
    }
    noticeLoss(productId, to, before);
    noticePause(productId);
    to.owned.add(productId);
    owners.set(productId, to);
    toMs = elapsedMs();
  }

  return {
    stock: uniteStocks(
      (productId) => ownerOf(productId).stock,
      () => [...all.values()].map(({ stock }) => stock),
      (reservationId) => {
        const productId = productOf.get(reservationId);
        return productId === undefined
          ? undefined
          : ownerOf(productId).stock.stateOf(reservationId);
      },
    ),
    perform(name, productId, run) {
      const { owned, stock } = shardAt(name);
      if (owned.has(productId)) return run(stock);
      refused += 1;
      throw new ServiceFailure(409, `${productId} is not with ${name} now`);
    },
    survey(name) {
      const { owned, stock } = shardAt(name);
      return stock.survey((id) => owned.has(id));
    },
    slowerMs: (name) => (elapsedMs() < shardAt(name).copyingUntilMs ? copyCostMs : 0),
    beginCopy(to, from, productIds) {
      const source = shardAt(from);
      const target = shardAt(to);
      let afterMs = 0;
      for (const id of productIds) {
        if (target.owned.has(id) || !source.stock.has(id)) continue;
        const rows = rowsToCopy(source.stock, target.stock, id);
        if (rows === 0) continue;
        setTimeout(() => copyOne(source, target, id), Math.floor(afterMs));
        afterMs += (1_000 * rows) / rowsPerSecond;
      }
      for (const shard of [source, target]) {
        shard.copyingUntilMs = Math.max(shard.copyingUntilMs, elapsedMs() + afterMs);
      }
      fromMs ??= elapsedMs();
      return Math.ceil(afterMs);
    },
    endCopy(to, from, productIds) {
      const source = shardAt(from);
      const target = shardAt(to);
      for (const id of productIds) if (!target.stock.has(id)) copyOne(source, target, id);
    },
    close(name, productIds) {
      const { owned } = shardAt(name);
      for (const id of productIds) if (owned.delete(id)) closedAtMs.set(id, elapsedMs());
    },
    open(name, productIds) {
      const shard = shardAt(name);
      for (const id of productIds) openOne(shard, id);
    },
    misplaced: () => products.filter(({ id }) => ownerOf(id).name !== nodeByScan(id)).length,
    get ownedTwice() {
      return ownedTwice;
    },
    get lostChanges() {
      return lostChanges;
    },
    get moved() {
      return products.filter(({ id }) => ownerOf(id).name !== shards.of(id)).length;
    },
    get longestPauseMs() {
      return longestPauseMs;
    },
    get refused() {
      return refused;
    },
    get fromMs() {
      return fromMs;
    },
    get toMs() {
      return toMs;
    },
  };
}

/** The first time all of it; later what has changed since. */
function rowsToCopy(source: MovableStock, target: MovableStock, productId: string): number {
  const rows = source.rowsOf(productId);
  if (!target.has(productId)) return rows;
  return Math.min(rows, source.revisionOf(productId) - target.revisionOf(productId));
}

const emptyRow = (productId: string) => ({
  row: {
    productId,
    initial: 0,
    available: 0,
    held: 0,
    sold: 0,
    version: 0,
    revision: 0,
    worstOff: 0,
    open: new Map<string, number>(),
    deliveries: new Set<string>(),
  },
  reservations: [],
});

const ringSize = 2 ** 32;

/** The shard that has the nearest point after the place of a key: looked for among all of them. */
function nodeByScan(key: string): StockShard {
  const at = hash(key);
  let nearest: { readonly name: StockShard; readonly steps: number } | undefined;
  for (const name of allShards.toSorted()) {
    for (let point = 0; point < pointsPerNode; point += 1) {
      const steps = (hash(`${name}/${point}`) - at + ringSize) % ringSize;
      if (nearest === undefined || steps < nearest.steps) nearest = { name, steps };
    }
  }
  return nearest?.name ?? allShards[0];
}
