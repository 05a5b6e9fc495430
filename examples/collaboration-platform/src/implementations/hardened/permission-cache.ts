import type { Role } from '../../domain.ts';

/** What the permission service says about somebody, and how many decisions it had seen by then. */
export interface PermissionAnswer {
  readonly role: Role | undefined;
  readonly number: number;
}

/** Roles by person and room, kept for a while; a decision replaces what is kept, whoever made it. */
export interface PermissionCache {
  /** The role, from memory if it is fresh. Rejects when it is not and the service cannot be asked. */
  roleOf(personId: string, roomId: string): Promise<Role | undefined>;
  /** Asks the service, whatever is known. */
  renew(personId: string, roomId: string): Promise<Role | undefined>;
  /** Whether this is what is known of somebody now, and fresh. */
  isCurrent(personId: string, roomId: string, role: Role | undefined): boolean;
  /**
   * A decision is under way: what is known no longer counts, nor does an answer that was asked for
   * before it is over. Call what it returns when it is.
   */
  suspend(personId: string, roomId: string): () => void;
  /** Whether a decision about somebody is under way. */
  isSuspended(personId: string, roomId: string): boolean;
  /** A decision was made. False when a later one is known already. */
  learn(personId: string, roomId: string, answer: PermissionAnswer): boolean;
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
 * What is known of one person in one room. `asking` while a question is under way, so that many who want to know
 * ask once; `epoch` changes when a decision begins and when it is over, which makes an answer to an
 * earlier question worthless.
 */
interface Entry {
  epoch: number;
  role: Role | undefined;
  /** Until when the role counts, or counted. */
  untilMs: number;
  number: number;
  asking: Promise<Role | undefined> | undefined;
  decisions: number;
  /** Those who ask, and wait for the decisions. */
  waiting: (() => void)[] | undefined;
}

export function createPermissionCache(options: PermissionCacheOptions): PermissionCache {
  const { ask, ttlMs, nowMs } = options;
  const entries = new Map<string, Entry>();

  function entryOf(personId: string, roomId: string): Entry {
    const key = keyOf(personId, roomId);
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = {
      epoch: 0,
      role: undefined,
      untilMs: nowMs(),
      number: 0,
      asking: undefined,
      decisions: 0,
      waiting: undefined,
    };
    entries.set(key, entry);
    return entry;
  }

  function keep(entry: Entry, { role, number }: PermissionAnswer): void {
    entry.number = number;
    entry.role = role;
    entry.untilMs = nowMs() + ttlMs;
  }

  async function question(personId: string, roomId: string, entry: Entry) {
    for (;;) {
      if (entry.decisions > 0) await decided(entry);
      const { epoch } = entry;
      const { role, number } = await ask(personId, roomId);
      if (entry.epoch !== epoch || number < entry.number) continue;
      keep(entry, { role, number });
      return role;
    }
  }

  const decided = (entry: Entry): Promise<void> =>
    new Promise((resolve) => {
      entry.waiting ??= [];
      entry.waiting.push(resolve);
    });

  function endDecision(entry: Entry): void {
    entry.decisions -= 1;
    entry.epoch += 1;
    if (entry.decisions > 0) return;
    const { waiting } = entry;
    entry.waiting = undefined;
    for (const wake of waiting ?? []) wake();
  }

  function renew(personId: string, roomId: string): Promise<Role | undefined> {
    const entry = entryOf(personId, roomId);
    entry.asking ??= question(personId, roomId, entry).finally(() => {
      entry.asking = undefined;
    });
    return entry.asking;
  }

  return {
    async roleOf(personId, roomId) {
      const entry = entries.get(keyOf(personId, roomId));
      return entry !== undefined && nowMs() < entry.untilMs ? entry.role : renew(personId, roomId);
    },
    renew,
    isCurrent(personId, roomId, role) {
      const entry = entries.get(keyOf(personId, roomId));
      return entry !== undefined && nowMs() < entry.untilMs && entry.role === role;
    },
    suspend(personId, roomId) {
      const entry = entryOf(personId, roomId);
      entry.epoch += 1;
      entry.untilMs = Math.min(entry.untilMs, nowMs());
      entry.decisions += 1;
      return () => endDecision(entry);
    },
    isSuspended(personId, roomId) {
      const entry = entries.get(keyOf(personId, roomId));
      return entry !== undefined && entry.decisions > 0;
    },
    learn(personId, roomId, answer) {
      const entry = entryOf(personId, roomId);
      if (answer.number < entry.number) return false;
      entry.epoch += 1;
      keep(entry, answer);
      return true;
    },
    sweep() {
      for (const [key, { untilMs, asking, decisions }] of entries) {
        const isOld = nowMs() > untilMs + ttlMs;
        if (isOld && asking === undefined && decisions === 0) entries.delete(key);
      }
    },
    get size() {
      return entries.size;
    },
  };
}

/** A role in one room says nothing about another; line breaks are in no name. */
const keyOf = (personId: string, roomId: string): string => `${roomId}\n${personId}`;
