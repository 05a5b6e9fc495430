import {
  createHardened,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type PermissionAnswer,
  type Role,
} from '#collaboration-platform';

/** What is known of one person in one room. */
interface Entry {
  role: Role | undefined;
  /** Until when the role counts; 0 when nothing is known. */
  untilMs: number;
  /** Of the last decision that is known. */
  number: number;
  /** Decisions that are under way. */
  decisions: number;
  /** Changes when a decision begins and ends: an answer to an earlier question is worthless. */
  epoch: number;
  /** Those who ask, and wait for the decisions. */
  waiting: (() => void)[];
}

/**
 * A decision outranks what is remembered, a later one an earlier one, and nobody is told a role while
 * one is under way: an answer that was asked for before may be that of before.
 */
const createPermissionCache: Parts['createPermissionCache'] = ({ ask, ttlMs, nowMs }) => {
  const entries = new Map<string, Entry>();
  const find = (personId: string, roomId: string) => entries.get(`${roomId}\n${personId}`);

  function open(personId: string, roomId: string): Entry {
    const known = find(personId, roomId);
    if (known !== undefined) return known;
    const entry = { role: undefined, untilMs: 0, number: 0, decisions: 0, epoch: 0, waiting: [] };
    entries.set(`${roomId}\n${personId}`, entry);
    return entry;
  }

  function keep(entry: Entry, { role, number }: PermissionAnswer): void {
    entry.role = role;
    entry.number = number;
    entry.untilMs = nowMs() + ttlMs;
  }

  const isFresh = (entry: Entry | undefined): entry is Entry =>
    entry !== undefined && nowMs() < entry.untilMs;

  async function renew(personId: string, roomId: string): Promise<Role | undefined> {
    const entry = open(personId, roomId);
    for (;;) {
      if (entry.decisions > 0) await new Promise<void>((wake) => entry.waiting.push(wake));
      const { epoch } = entry;
      const answer = await ask(personId, roomId);
      if (entry.epoch !== epoch || answer.number < entry.number) continue;
      keep(entry, answer);
      return answer.role;
    }
  }

  return {
    async roleOf(personId, roomId) {
      const entry = find(personId, roomId);
      return isFresh(entry) ? entry.role : renew(personId, roomId);
    },
    renew,
    isCurrent(personId, roomId, role) {
      const entry = find(personId, roomId);
      return isFresh(entry) && entry.role === role;
    },
    suspend(personId, roomId) {
      const entry = open(personId, roomId);
      entry.epoch += 1;
      entry.untilMs = 0;
      entry.decisions += 1;
      return () => {
        entry.decisions -= 1;
        entry.epoch += 1;
        if (entry.decisions === 0) for (const wake of entry.waiting.splice(0)) wake();
      };
    },
    isSuspended: (personId, roomId) => (find(personId, roomId)?.decisions ?? 0) > 0,
    learn(personId, roomId, answer) {
      const entry = open(personId, roomId);
      if (answer.number < entry.number) return false;
      entry.epoch += 1;
      keep(entry, answer);
      return true;
    },
    sweep() {
      // Kept for as long again: news of a decision may come late.
      for (const [key, { untilMs, decisions }] of entries) {
        const isOld = untilMs > 0 && nowMs() > untilMs + ttlMs;
        if (isOld && decisions === 0) entries.delete(key);
      }
    },
    get size() {
      return entries.size;
    },
  };
};

export const create: CreateSystem = (context) =>
  createHardened(context, { ...hardenedParts, createPermissionCache });
