import { DeadlockDetectedError } from '../errors.ts';

interface Waiter {
  readonly owner: object;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

interface Lock {
  owner: object;
  readonly waiters: Waiter[];
}

/** Row locks: held until their owner's transaction ends, granted in the order of asking. */
export class LockTable {
  readonly #locks = new Map<string, Lock>();
  readonly #keys = new Map<object, Set<string>>();
  readonly #waitsFor = new Map<object, string>();

  /** True when the owner has the lock now: it was free, or the owner's already. */
  tryAcquire(key: string, owner: object): boolean {
    const lock = this.#locks.get(key);
    if (lock !== undefined) return lock.owner === owner;
    this.#locks.set(key, { owner, waiters: [] });
    this.#note(owner, key);
    return true;
  }

  /** Resolves when the owner has the lock. @throws DeadlockDetectedError when waiting would be in vain. */
  async acquire(key: string, owner: object): Promise<void> {
    if (this.tryAcquire(key, owner)) return;
    if (this.#isWaitedForBy(key, owner)) throw new DeadlockDetectedError();
    this.#waitsFor.set(owner, key);
    await new Promise<void>((resolve, reject) => {
      this.#locks.get(key)?.waiters.push({ owner, resolve, reject });
    });
  }

  isHeld(key: string): boolean {
    return this.#locks.has(key);
  }

  /** Ends the owner's locks and waits; a wait that ends so never resolves. */
  release(owner: object): void {
    const waited = this.#waitsFor.get(owner);
    if (waited !== undefined) {
      this.#waitsFor.delete(owner);
      const waiters = this.#locks.get(waited)?.waiters ?? [];
      const place = waiters.findIndex((waiter) => waiter.owner === owner);
      if (place !== -1) waiters.splice(place, 1);
    }
    for (const key of this.#keys.get(owner) ?? []) this.#handOn(key);
    this.#keys.delete(owner);
  }

  #handOn(key: string): void {
    const lock = this.#locks.get(key);
    const next = lock?.waiters.shift();
    if (lock === undefined || next === undefined) {
      this.#locks.delete(key);
      return;
    }
    lock.owner = next.owner;
    this.#waitsFor.delete(next.owner);
    this.#note(next.owner, key);
    next.resolve();
  }

  #note(owner: object, key: string): void {
    const keys = this.#keys.get(owner);
    if (keys === undefined) this.#keys.set(owner, new Set([key]));
    else keys.add(key);
  }

  #isWaitedForBy(key: string, owner: object): boolean {
    let holder = this.#locks.get(key)?.owner;
    while (holder !== undefined && holder !== owner) {
      const next = this.#waitsFor.get(holder);
      holder = next === undefined ? undefined : this.#locks.get(next)?.owner;
    }
    return holder === owner;
  }
}
