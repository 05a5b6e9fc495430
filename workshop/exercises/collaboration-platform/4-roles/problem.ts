import {
  createHardened,
  type CreateSystem,
  hardenedParts,
  type Parts,
  type Role,
} from '#collaboration-platform';

const keyOf = (personId: string, roomId: string): string => `${roomId}\n${personId}`;

/**
 * Roles are remembered for a while, since the permission service takes 150 ms to answer; after that the
 * service is asked again. An admin decides that somebody may see no drafts any more: every server hears
 * of it, sometimes twice and sometimes twenty seconds late, after a later decision.
 *
 * Decisions have a `number` that counts up; an answer of the service carries that of the last decision
 * it had seen. `learn` takes over a decision, and says whether it was news. Between `suspend` and what it
 * returns, a decision is under way: what is known does not count, and an answer to a question from before
 * its end is worthless. `renew` asks the service, whatever is known.
 */
const createPermissionCache: Parts['createPermissionCache'] = ({ ask, ttlMs, nowMs }) => {
  const known = new Map<string, { readonly role: Role | undefined; readonly untilMs: number }>();
  function keep(key: string, role: Role | undefined): void {
    known.set(key, { role, untilMs: nowMs() + ttlMs });
  }

  async function renew(personId: string, roomId: string): Promise<Role | undefined> {
    const { role } = await ask(personId, roomId);
    keep(keyOf(personId, roomId), role);
    return role;
  }

  return {
    async roleOf(personId, roomId) {
      const entry = known.get(keyOf(personId, roomId));
      if (entry !== undefined && nowMs() < entry.untilMs) return entry.role;
      return renew(personId, roomId);
    },
    renew,
    isCurrent(personId, roomId, role) {
      const entry = known.get(keyOf(personId, roomId));
      return entry !== undefined && nowMs() < entry.untilMs && entry.role === role;
    },
    suspend: () => () => undefined,
    isSuspended: () => false,
    learn: () => false,
    sweep() {
      for (const [key, { untilMs }] of known) if (nowMs() > untilMs) known.delete(key);
    },
    get size() {
      return known.size;
    },
  };
};

export const create: CreateSystem = (context) =>
  createHardened(context, { ...hardenedParts, createPermissionCache });
