import type { BucketLease, ProjectionStorage } from '../projection-storage.ts';
import type { Members } from './fair-share.ts';

/** Names of the storage's projections that hold no read model, only who is there. */
const PRESENCE_PREFIX = '$runners/';

export function isPresence(projection: string): boolean {
  return projection.startsWith(PRESENCE_PREFIX);
}

/**
 * How runners of a projection know of each other, whichever process or machine they are in: each holds
 * one bucket of a registration that exists for this alone. A runner that dies is gone when its lease is.
 */
export class Presence<Tx> {
  readonly #storage: ProjectionStorage<Tx>;
  readonly #name: string;
  readonly #slots: number;
  #lease: BucketLease | undefined;

  /** @param slots Runners that can be there at once, which is the store's bucket count. */
  constructor(storage: ProjectionStorage<Tx>, group: string, slots: number) {
    this.#storage = storage;
    this.#name = `${PRESENCE_PREFIX}${group}`;
    this.#slots = slots;
  }

  get lease(): BucketLease | undefined {
    return this.#lease;
  }

  async register(): Promise<void> {
    await this.#storage.register({ projection: this.#name, bucketCount: this.#slots });
  }

  /** Takes note of what became of the lease when it was renewed. */
  renewed(lease: BucketLease | undefined): void {
    this.#lease = lease;
  }

  /**
   * Who is there, for a lease that was renewed or taken just now. `undefined` when all slots are taken:
   * the runner then stands by.
   */
  async members(owner: string, leaseMs: number): Promise<Members | undefined> {
    if (this.#lease === undefined) {
      const request = { projection: this.#name, generation: 1, owner, leaseMs, limit: 1 };
      [this.#lease] = await this.#storage.acquire(request);
    }
    const own = this.#lease;
    if (own === undefined) return undefined;
    const slots = await this.#storage.buckets(this.#name, 1);
    // By the clock that leases are given by, which may not be this machine's.
    const nowMs = own.expiresAt.getTime() - leaseMs;
    const alive = slots.filter(
      ({ bucket, owner: holder, leaseExpiresAt }) =>
        bucket === own.bucket ||
        (holder !== undefined && leaseExpiresAt !== undefined && leaseExpiresAt.getTime() > nowMs),
    );
    const rank = alive.findIndex(({ bucket }) => bucket === own.bucket);
    return { count: alive.length, rank };
  }
}
