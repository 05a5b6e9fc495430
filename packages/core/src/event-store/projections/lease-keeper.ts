import { LeaseLostError } from '../errors.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import type { BucketLease } from '../projection-storage.ts';
import type { BucketPool } from './bucket-pool.ts';
import type { Projection } from './define-projection.ts';
import { fairShare } from './fair-share.ts';
import { createCounters, type Group, groupKey, loseBucket } from './group.ts';
import { HeldBucket } from './held-bucket.ts';
import { type RunnerObserver, tell } from './notices.ts';
import { type Partition, partitionBuckets, partitionGroup } from './partition.ts';
import { Presence } from './presence.ts';

export interface LeaseKeeperOptions<Tx, Event extends AnyEvent> {
  readonly store: EventStore<Tx, Event>;
  readonly pool: BucketPool<Tx, Event>;
  readonly projections: readonly Projection<Tx, Event>[];
  readonly owner: string;
  readonly leaseMs: number;
  readonly partition: Partition | undefined;
  readonly observer: RunnerObserver | undefined;
}

/** Holds this runner's fair share of all buckets: renews, takes what is free, gives back what is too much. */
export class LeaseKeeper<Tx, Event extends AnyEvent> {
  readonly groups = new Map<string, Group<Tx, Event>>();
  readonly #options: LeaseKeeperOptions<Tx, Event>;
  readonly #presences = new Map<string, Presence<Tx>>();
  readonly #counters = new Map<string, Group<Tx, Event>['counters']>();

  constructor(options: LeaseKeeperOptions<Tx, Event>) {
    this.#options = options;
    const { store, partition } = options;
    for (const { name } of options.projections) {
      const group = partitionGroup(name, partition);
      this.#presences.set(name, new Presence(store.projections, group, store.bucketCount));
      this.#counters.set(name, createCounters());
    }
  }

  /** Makes projections and presence known to the store. */
  async register(): Promise<void> {
    const { store, projections, partition } = this.#options;
    for (const { name, buckets, startAfter } of projections) {
      partitionBuckets(buckets, partition);
      await store.projections.register({ projection: name, bucketCount: buckets, startAfter });
      await this.#presences.get(name)?.register();
    }
  }

  held(): HeldBucket<Event>[] {
    return [...this.groups.values()].flatMap(({ buckets }) => [...buckets.values()]);
  }

  /** Extends all leases with one query, and drops the buckets whose lease was lost. */
  async renew(): Promise<void> {
    const { store, leaseMs } = this.#options;
    const asked = this.held().filter(({ isReclaiming }) => !isReclaiming);
    const before = new Map(asked.map((held) => [held, held.lease]));
    const presences = [...this.#presences.values()];
    const leases = [...before.values(), ...presences.flatMap(({ lease }) => lease ?? [])];
    if (leases.length === 0) return;
    const renewed = new Map(
      (await store.projections.renew(leases, leaseMs)).map((lease) => [keyOf(lease), lease]),
    );
    for (const [held, lease] of before) {
      // A worker may have taken a new lease or given it back meanwhile.
      if (held.lease !== lease || !held.isHeld || held.isReclaiming) continue;
      const next = renewed.get(keyOf(lease));
      if (next === undefined) this.#lose(held);
      else held.lease = next;
    }
    for (const presence of presences) {
      presence.renewed(presence.lease && renewed.get(keyOf(presence.lease)));
    }
  }

  /** Gives back what was dropped while the store did not answer, so that nobody waits for the leases to end. */
  async releaseOrphans(): Promise<void> {
    const { store } = this.#options;
    const orphans = [...this.groups.values()].flatMap((group) => group.orphans.splice(0));
    if (orphans.length === 0) return;
    try {
      await store.projections.release(orphans);
    } catch (error) {
      for (const lease of orphans) {
        this.groups.get(groupKey(lease.projection, lease.generation))?.orphans.push(lease);
      }
      throw error;
    }
  }

  /** Brings the number of held buckets to the fair share. True when it still holds too few. */
  async balance(): Promise<boolean> {
    const { store, projections, owner, leaseMs } = this.#options;
    const known = new Map((await store.projections.list()).map((each) => [each.projection, each]));
    let isShort = false;
    for (const projection of projections) {
      const generations = known.get(projection.name)?.generations ?? [];
      this.#syncGroups(
        projection,
        generations.map(({ generation }) => generation),
      );
      const members = await this.#presences.get(projection.name)?.members(owner, leaseMs);
      for (const { generation } of generations) {
        const group = this.groups.get(groupKey(projection.name, generation));
        if (group === undefined) continue;
        const buckets = partitionBuckets(projection.buckets, this.#options.partition);
        const share =
          members === undefined ? 0 : fairShare(projection.name, buckets.length, members);
        const leaving = [...group.buckets.values()].filter(({ isSurplus }) => isSurplus).length;
        const surplus = group.buckets.size - leaving - share;
        if (surplus > 0) await this.#shed(group, surplus);
        else if (group.buckets.size < share) {
          isShort = (await this.#take(group, share - group.buckets.size, buckets)) || isShort;
        }
      }
    }
    return isShort;
  }

  /** Gives a bucket back: at once, so that somebody else can go on with it. */
  async release(buckets: readonly HeldBucket<Event>[]): Promise<void> {
    const { store, observer } = this.#options;
    const held = buckets.filter(({ isHeld }) => isHeld);
    if (held.length === 0) return;
    for (const bucket of held) {
      bucket.state = 'released';
      const { projection, generation, bucket: number } = bucket.lease;
      this.groups.get(groupKey(projection, generation))?.buckets.delete(number);
    }
    await store.projections.release(held.map(({ lease }) => lease));
    for (const bucket of held) tell(observer, { type: 'bucket.released', bucket: bucket.id });
  }

  /** Gives everything back, the places among the runners too. */
  async releaseAll(): Promise<void> {
    await this.releaseOrphans();
    await this.release(this.held());
    const presences = [...this.#presences.values()].flatMap(({ lease }) => lease ?? []);
    if (presences.length > 0) await this.#options.store.projections.release(presences);
    for (const presence of this.#presences.values()) presence.renewed(undefined);
  }

  /**
   * Stores how far idle buckets have come where nothing matched, so that their lag is seen as it is
   * and a new owner does not read the same again.
   */
  async persistPositions(): Promise<void> {
    const { store, pool, observer } = this.#options;
    for (const group of this.groups.values()) {
      const moved = [...group.buckets.values()].filter(
        ({ state, position, persisted }) => state === 'idle' && position > persisted,
      );
      if (moved.length === 0) continue;
      await pool.reserve(group, moved, async () => {
        try {
          await store.transaction(async (tx) => {
            for (const { lease, position } of moved) {
              await store.projections.moveCheckpoint(lease, position, { tx });
            }
          });
          for (const held of moved) held.persisted = held.position;
        } catch (error) {
          // A lost lease is found when it is renewed.
          if (error instanceof LeaseLostError) return;
          tell(observer, { type: 'store.failed', during: 'commit', error });
        }
      });
    }
  }

  #syncGroups(projection: Projection<Tx, Event>, generations: readonly number[]): void {
    const { name } = projection;
    for (const group of this.groups.values()) {
      if (group.projection !== projection || generations.includes(group.generation)) continue;
      for (const held of group.buckets.values()) this.#lose(held);
      this.groups.delete(groupKey(name, group.generation));
    }
    for (const generation of generations) {
      const key = groupKey(name, generation);
      if (this.groups.has(key)) continue;
      const counters = this.#counters.get(name) ?? createCounters();
      this.groups.set(key, {
        projection,
        generation,
        counters,
        buckets: new Map(),
        orphans: [],
        horizon: 0,
        hints: 0,
      });
    }
  }

  async #shed(group: Group<Tx, Event>, surplus: number): Promise<void> {
    const { pool } = this.#options;
    // The idle ones first: giving them back interrupts nothing.
    const byEase = [...group.buckets.values()]
      .filter(({ isSurplus }) => !isSurplus)
      .toSorted((a, b) => Number(a.state !== 'idle') - Number(b.state !== 'idle'));
    const free: HeldBucket<Event>[] = [];
    for (const held of byEase.slice(0, surplus)) {
      held.isSurplus = true;
      if (pool.withdraw(held)) free.push(held);
    }
    await this.release(free);
  }

  async #take(
    group: Group<Tx, Event>,
    limit: number,
    buckets: readonly number[],
  ): Promise<boolean> {
    const { store, pool, owner, leaseMs, observer } = this.#options;
    const { generation, counters } = group;
    const projection = group.projection.name;
    const before = await store.projections.buckets(projection, generation);
    const request = { projection, generation, owner, leaseMs, limit };
    const leases = await store.projections.acquire(
      buckets.length === before.length ? request : { ...request, buckets },
    );
    for (const lease of leases) {
      // Released buckets have no owner: whoever is named has not given it back.
      const takenOverFrom = before[lease.bucket]?.owner;
      if (takenOverFrom !== undefined) counters.takenOver += 1;
      const held = new HeldBucket<Event>(lease);
      group.buckets.set(lease.bucket, held);
      const { epoch, checkpoint } = lease;
      const type = 'bucket.acquired';
      tell(observer, { type, bucket: held.id, epoch, checkpoint, takenOverFrom });
      pool.enqueue(group, held);
    }
    const stopped = before.filter(({ state }) => state === 'stopped').length;
    return leases.length + stopped < limit;
  }

  #lose(held: HeldBucket<Event>): void {
    const { projection, generation } = held.lease;
    const group = this.groups.get(groupKey(projection, generation));
    if (group === undefined || !loseBucket(group, held)) return;
    this.#options.pool.withdraw(held);
    tell(this.#options.observer, { type: 'bucket.lost', bucket: held.id });
  }
}

function keyOf({ projection, generation, bucket, epoch }: BucketLease): string {
  return `${bucket}/${epoch}/${groupKey(projection, generation)}`;
}
