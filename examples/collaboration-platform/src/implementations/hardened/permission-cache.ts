import type { Role } from '../../domain.ts';

/** What the permission service says about somebody, and how many decisions it had seen by then. */
export interface PermissionAnswer {
  readonly role: Role | undefined;
  readonly number: number;
}

/** Roles by person, kept for a while; a decision replaces what is kept, whoever made it. */
export interface PermissionCache {
  /** The role, from memory if it is fresh. Rejects when it is not and the service cannot be asked. */
  roleOf(personId: string, roomId: string): Promise<Role | undefined>;
  /** Asks the service, whatever is known. */
  renew(personId: string, roomId: string): Promise<Role | undefined>;
  /** Whether this is what is known of somebody now, and fresh. */
  isCurrent(personId: string, role: Role | undefined): boolean;
  /** A decision is under way: what is known no longer counts, nor does an answer on its way. */
  suspend(personId: string): void;
  /** A decision was made. False when a later one is known already. */
  learn(personId: string, answer: PermissionAnswer): boolean;
  /** Drops what ran out so long ago that no late notice of a decision can contradict it. */
  sweep(): void;
  readonly size: number;
}

interface PermissionCacheOptions {
  readonly ask: (personId: string, roomId: string) => Promise<PermissionAnswer>;
  /** How long an answer counts, in ms: the longest that a lost notice of a decision can do harm. */
  readonly ttlMs: number;
  readonly nowMs: () => number;
}

/**
 * What is known of one person. `asking` while a question is under way, so that many who want to know
 * ask once; its `epoch` changes when a decision begins, which makes the answer worthless.
 */
interface Entry {
  epoch: number;
  known: { readonly role: Role | undefined; readonly untilMs: number } | undefined;
  number: number;
  asking: Promise<Role | undefined> | undefined;
}

export function createPermissionCache(options: PermissionCacheOptions): PermissionCache {
  const { ask, ttlMs, nowMs } = options;
  const entries = new Map<string, Entry>();

  function entryOf(personId: string): Entry {
    const known = entries.get(personId);
    if (known !== undefined) return known;
    const entry: Entry = { epoch: 0, known: undefined, number: 0, asking: undefined };
    entries.set(personId, entry);
    return entry;
  }

  async function question(personId: string, roomId: string, entry: Entry) {
    for (;;) {
      const { epoch } = entry;
      const { role, number } = await ask(personId, roomId);
      if (entry.epoch !== epoch || number < entry.number) continue;
      entry.number = number;
      entry.known = { role, untilMs: nowMs() + ttlMs };
      return role;
    }
  }

  function renew(personId: string, roomId: string): Promise<Role | undefined> {
    const entry = entryOf(personId);
    entry.asking ??= question(personId, roomId, entry).finally(() => {
      entry.asking = undefined;
    });
    return entry.asking;
  }

  return {
    async roleOf(personId, roomId) {
      const known = entries.get(personId)?.known;
      return known !== undefined && nowMs() < known.untilMs ? known.role : renew(personId, roomId);
    },
    renew,
    isCurrent(personId, role) {
      const known = entries.get(personId)?.known;
      return known !== undefined && nowMs() < known.untilMs && known.role === role;
    },
    suspend(personId) {
      const entry = entryOf(personId);
      entry.epoch += 1;
      entry.known = undefined;
    },
    learn(personId, { role, number }) {
      const entry = entryOf(personId);
      if (number < entry.number) return false;
      entry.epoch += 1;
      entry.number = number;
      entry.known = { role, untilMs: nowMs() + ttlMs };
      return true;
    },
    sweep() {
      for (const [personId, { known, asking }] of entries) {
        const isOld = known !== undefined && nowMs() > known.untilMs + ttlMs;
        if (isOld && asking === undefined) entries.delete(personId);
      }
    },
    get size() {
      return entries.size;
    },
  };
}
