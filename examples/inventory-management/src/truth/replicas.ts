import { type IdentifiedFault, ServiceFailure } from '@firedrill/core/services';
import type { Product, StockLevel } from '../domain.ts';
import {
  firstEpoch,
  firstPrimaryOf,
  keeperName,
  type Place,
  type ReplicaName,
  replicaNames,
  type Standing,
  stockDatabase,
} from '../domain/replicas.ts';
import type { ShardName, Shards } from '../domain/shards.ts';
import { createStock, type Stock, type StockOptions } from './stock.ts';
import { uniteStocks } from './united-stock.ts';

/**
 * Three copies of each shard. A primary performs a statement when it is that of the newest epoch it knows of, and
 * others have it, too; what nobody waited for comes to the rest a little later. A promise never to take anything of
 * an older epoch is all that a replica gives; who is promoted is decided elsewhere.
 *
 * The copy of the newest primary is the stock as it is: what others have in mind is not sold from.
 */
export interface Replicas {
  /** The copies that are sold from, as one database. */
  readonly stock: Stock;
  /** Performs a statement on the primary of a shard, or where it is meant for. @throws ServiceFailure (503) */
  perform<Output>(shard: string | undefined, statement: Statement<Output>): Output;
  standings(replica: ReplicaName): readonly Standing[];
  /** Promises an epoch, if it is newer than all that is known. */
  raise(replica: ReplicaName, shard: ShardName, epoch: number): Raised;
  /** Makes a replica the primary in an epoch that it has promised; says whether it is. */
  promote(replica: ReplicaName, shard: ShardName, epoch: number): boolean;
  /** Changes that were acknowledged, and are not in the copy that was promoted after that. */
  readonly lostChanges: number;
  /** Statements that a primary acknowledged with another one in its place. */
  readonly outvoted: number;
  /** The longest time for which nothing of a shard could be asked, with all well but its primary, in ms. */
  readonly longestRefusedMs: number;
  /** Elections against a primary that was well, as was whoever keeps an eye on it. */
  readonly needlessElections: number;
}

export interface Statement<Output> {
  readonly run: (stock: Stock) => Output;
  /** The reservations that it may change; none when it only reads. */
  readonly changes?: readonly string[] | undefined;
  /** Left out by whoever knows of no replicas. */
  readonly place?: Place | undefined;
}

export interface Raised {
  readonly isRaised: boolean;
  readonly standing: Standing;
}

interface Entry {
  readonly epoch: number;
  readonly atMs: number;
  readonly run: (stock: Stock) => unknown;
}

/** What a replica has of a shard. */
interface Copy {
  readonly replica: ReplicaName;
  stock: Stock;
  log: Entry[];
  epoch: number;
  primary: ReplicaName | undefined;
  isCatchingUp: boolean;
}

interface Group {
  readonly shard: ShardName;
  readonly copies: readonly Copy[];
  readonly products: readonly Product[];
  /** The newest primary, and since when it has been one. */
  leading: Copy;
  epoch: number;
  /** Changes that were acknowledged, and of which reservations. */
  readonly acknowledged: Map<Entry, readonly string[]>;
  /** The primary that refused, and since when nothing was performed. */
  refused: { readonly by: ReplicaName; readonly sinceMs: number } | undefined;
}

/** Replicas that nobody waits for have a change so long after it, in ms. */
const lagMs = 1_000;

/** What failed shortly before may still be felt, in ms. */
const stillFeltMs = 15_000;

export interface ReplicasOptions extends StockOptions {
  readonly shards: Shards;
  /** Faults since then, and now. */
  readonly faultsSince: (sinceMs: number) => readonly IdentifiedFault[];
  readonly onLost: (text: string, reservationId: string) => void;
  readonly onOutvoted: (text: string) => void;
  readonly onNeedless: (text: string) => void;
}

export function createReplicas(options: ReplicasOptions): Replicas {
  const { shards, products, elapsedMs, faultsSince, onLost, onNeedless, onOutvoted } = options;
  let performingAtMs: number | undefined;
  let lostChanges = 0;
  let outvoted = 0;
  let longestRefusedMs = 0;
  let needlessElections = 0;

  /** Nobody reaches it: neither who asks it, nor the other replicas. */
  const isReached = (replica: ReplicaName): boolean =>
    !faultsSince(elapsedMs()).some(
      (fault) => fault.service === replica && elapsedMs() < fault.toMs && isTotal(fault),
    );

  /** A copy that tells nobody of what it does, but while it is the one that is sold from. */
  function createCopy(group: () => Group, replica: ReplicaName, own: readonly Product[]): Stock {
    const isLeading = () => group().leading.replica === replica;
    return createStock({
      products: own,
      elapsedMs: () => performingAtMs ?? elapsedMs(),
      violate: (...broken) => isLeading() && options.violate(...broken),
      onHold: (...held) => isLeading() && options.onHold(...held),
      onEnd: (...ended) => isLeading() && options.onEnd(...ended),
      onChange: (level) => isLeading() && options.onChange(level),
      onReceive: (receipt) => isLeading() && options.onReceive?.(receipt),
    });
  }

  function createGroup(shard: ShardName): Group {
    const own = products.filter(({ id }) => shards.of(id) === shard);
    const copies = replicaNames.map((replica): Copy => ({
      replica,
      stock: createCopy(() => group, replica, own),
      log: [],
      epoch: firstEpoch,
      primary: firstPrimaryOf(shard),
      isCatchingUp: false,
    }));
    const group: Group = {
      shard,
      copies,
      products: own,
      leading: copyAt(copies, firstPrimaryOf(shard)),
      epoch: firstEpoch,
      acknowledged: new Map(),
      refused: undefined,
    };
    return group;
  }

  const groups = new Map<string, Group>(shards.names.map((shard) => [shard, createGroup(shard)]));

  function groupOf(shard: string | undefined): Group {
    const group = groups.get(shard ?? '');
    if (group === undefined) throw new ServiceFailure(404, `there is no shard ${shard}`);
    return group;
  }

  function perform(copy: Copy, entry: Entry): unknown {
    copy.log.push(entry);
    performingAtMs = entry.atMs;
    try {
      return entry.run(copy.stock);
    } finally {
      performingAtMs = undefined;
    }
  }

  /** Brings a replica to where the primary is. It gives up what the primary does not have. */
  function ship(group: Group, from: Copy, to: Copy): void {
    to.epoch = from.epoch;
    to.primary = from.replica;
    const last = to.log.at(-1);
    if (last !== undefined && from.log[to.log.length - 1] !== last) {
      to.stock = createCopy(() => group, to.replica, group.products);
      to.log = [];
    }
    for (const entry of from.log.slice(to.log.length)) perform(to, entry);
  }

  /** Replicas that the primary reaches, and that know of no newer one. */
  const followersOf = ({ copies }: Group, { replica, epoch }: Copy): readonly Copy[] =>
    isReached(replica)
      ? copies.filter(
          (each) => each.replica !== replica && each.epoch <= epoch && isReached(each.replica),
        )
      : [];

  /** What nobody has waited for comes later, and again while somebody is out of reach. */
  function catchUpLater(group: Group, copy: Copy): void {
    if (copy.isCatchingUp) return;
    copy.isCatchingUp = true;
    setTimeout(() => {
      copy.isCatchingUp = false;
      if (!isPrimary(copy)) return;
      for (const follower of followersOf(group, copy)) ship(group, copy, follower);
      const isBehind = group.copies.some(
        ({ log, epoch }) => epoch <= copy.epoch && log.length < copy.log.length,
      );
      if (isBehind) catchUpLater(group, copy);
    }, lagMs);
  }

  function refuse(group: Group, why: string): never {
    const nowMs = elapsedMs();
    group.refused ??= { by: group.leading.replica, sinceMs: nowMs };
    const { by, sinceMs } = group.refused;
    const isExcused = faultsSince(sinceMs - stillFeltMs).some(
      ({ service }) => service !== by && neededForFailover.has(service),
    );
    if (!isExcused) longestRefusedMs = Math.max(longestRefusedMs, nowMs - sinceMs);
    throw new ServiceFailure(503, `${group.shard}: ${why}`);
  }

  /** @param changed The reservations that it has changed. */
  function acknowledge(group: Group, copy: Copy, entry?: Entry, changed: readonly string[] = []) {
    group.refused = undefined;
    if (copy === group.leading) {
      if (entry !== undefined && changed.length > 0) group.acknowledged.set(entry, changed);
      return;
    }
    for (const reservationId of changed) {
      outvoted += 1;
      onOutvoted(
        `${copy.replica} acknowledges a change of ${reservationId} in epoch ${copy.epoch}, with ` +
          `${group.leading.replica} the primary of ${group.shard} in epoch ${group.epoch}`,
      );
    }
  }

  function performAt<Output>(
    group: Group,
    { replica, epoch, copies }: Place,
    { run, changes }: Statement<Output>,
  ): Output {
    const copy = copyAt(group.copies, replica);
    if (!isReached(replica)) refuse(group, `${replica} does not answer`);
    if (copy.epoch !== epoch || !isPrimary(copy)) {
      refuse(group, `${replica} is not the primary in epoch ${epoch}`);
    }
    const confirming = followersOf(group, copy).slice(0, copies);
    if (confirming.length < copies) refuse(group, `nobody confirms what ${replica} does`);
    if (changes === undefined) {
      acknowledge(group, copy);
      return run(copy.stock);
    }
    const before = new Map(changes.map((id) => [id, copy.stock.stateOf(id)]));
    const entry = { epoch, atMs: elapsedMs(), run };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this statement gives back
    const output = perform(copy, entry) as Output;
    for (const follower of confirming) ship(group, copy, follower);
    const changed = [...before].filter(([id, state]) => copy.stock.stateOf(id) !== state);
    acknowledge(
      group,
      copy,
      entry,
      changed.map(([id]) => id),
    );
    catchUpLater(group, copy);
    return output;
  }

  /** For whoever knows of no replicas: on the newest primary, and everywhere else at once. */
  function performAnywhere<Output>(group: Group, { run, changes }: Statement<Output>): Output {
    const { leading, copies, epoch } = group;
    if (changes === undefined) return run(leading.stock);
    const entry = { epoch, atMs: elapsedMs(), run };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this statement gives back
    const output = perform(leading, entry) as Output;
    for (const copy of copies) if (copy !== leading) ship(group, leading, copy);
    return output;
  }

  const standingOf = ({ shard }: Group, { replica, epoch, primary, log }: Copy): Standing => ({
    replica,
    shard,
    epoch,
    primary,
    logEpoch: log.at(-1)?.epoch ?? 0,
    position: log.length,
  });

  /** A new epoch is to begin. There is no need while the primary is well, and no replica has promised a newer one. */
  function lookForNeed(group: Group, epoch: number): void {
    const { copies, leading, shard } = group;
    const isUndisputed = isPrimary(leading) && copies.every((copy) => copy.epoch <= leading.epoch);
    if (!isUndisputed || epoch <= leading.epoch) return;
    const isExcused = faultsSince(elapsedMs() - stillFeltMs).some(
      ({ service }) => service === leading.replica || service === keeperName,
    );
    if (isExcused) return;
    needlessElections += 1;
    onNeedless(`${shard}: ${leading.replica} is well, and epoch ${epoch} begins without it`);
  }

  /** From now on this copy is the stock as it is. */
  function lead(group: Group, copy: Copy): void {
    const before = new Map(group.products.map(({ id }) => [id, group.leading.stock.read(id)]));
    group.leading = copy;
    group.epoch = copy.epoch;
    const kept = new Set(copy.log);
    for (const [entry, changed] of group.acknowledged) {
      if (kept.has(entry)) continue;
      group.acknowledged.delete(entry);
      for (const reservationId of changed) {
        lostChanges += 1;
        onLost(
          `${group.shard}: a change of ${reservationId} was acknowledged, and ${copy.replica} was promoted without it`,
          reservationId,
        );
      }
    }
    for (const { id } of group.products) {
      const level = copy.stock.read(id);
      if (!isSame(before.get(id), level)) options.onChange(level);
    }
  }

  const leadingOf = (productId: string): Stock => groupOf(shards.of(productId)).leading.stock;
  const all = (): readonly Stock[] => [...groups.values()].map(({ leading }) => leading.stock);

  return {
    stock: uniteStocks(leadingOf, all),
    perform(shard, statement) {
      const group = groupOf(shard);
      const { place } = statement;
      return place === undefined
        ? performAnywhere(group, statement)
        : performAt(group, place, statement);
    },
    standings: (replica) =>
      [...groups.values()].map((group) => standingOf(group, copyAt(group.copies, replica))),
    raise(replica, shard, epoch) {
      const group = groupOf(shard);
      const copy = copyAt(group.copies, replica);
      const isRaised = epoch > copy.epoch;
      if (isRaised) {
        lookForNeed(group, epoch);
        copy.epoch = epoch;
        copy.primary = undefined;
      }
      return { isRaised, standing: standingOf(group, copy) };
    },
    promote(replica, shard, epoch) {
      const group = groupOf(shard);
      const copy = copyAt(group.copies, replica);
      if (copy.epoch !== epoch || (copy.primary ?? replica) !== replica) return false;
      copy.primary = replica;
      if (epoch > group.epoch) lead(group, copy);
      return true;
    },
    get lostChanges() {
      return lostChanges;
    },
    get outvoted() {
      return outvoted;
    },
    get longestRefusedMs() {
      return longestRefusedMs;
    },
    get needlessElections() {
      return needlessElections;
    },
  };
}

/** What a failover, or asking for something, takes besides the primary. */
const neededForFailover = new Set<string>([...stockDatabase, 'app']);

/** Whether a replica that has this fault does nothing for anybody. */
function isTotal(fault: IdentifiedFault): boolean {
  if (fault.kind === 'partition') return fault.process === undefined;
  const isAll = fault.operation === undefined && (fault.share ?? 1) === 1;
  return isAll && (fault.kind === 'hang' || fault.kind === 'error');
}

const isPrimary = ({ primary, replica }: Copy): boolean => primary === replica;

function copyAt(copies: readonly Copy[], replica: ReplicaName): Copy {
  const copy = copies.find((each) => each.replica === replica);
  if (copy === undefined) throw new ServiceFailure(404, `there is no replica ${replica}`);
  return copy;
}

const isSame = (before: StockLevel | undefined, now: StockLevel): boolean =>
  before?.available === now.available && before.version === now.version;
