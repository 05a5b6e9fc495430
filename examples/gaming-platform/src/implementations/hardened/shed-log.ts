import { type Context, type Lane, type ShedLog } from '../../system.ts';

/** Why something was given up, in plain words. */
export type ShedReason = 'no room' | 'too late' | 'provider down';

/** Says what is given up: at once to whoever asks, and in sum on the timeline. */
export interface ShedReporter extends ShedLog {
  add(lane: Lane, id: string, reason: ShedReason): void;
  /** Says what has not been said yet, and stops. */
  close(): void;
}

const sayEveryMs = 15_000;

/** What is in a lane, for people. */
const nouns: Readonly<Record<Lane, string>> = {
  state: 'rows',
  'anti-cheat': 'reports',
  rewards: 'rewards',
  leaderboard: 'scores',
  notifications: 'notifications',
  cosmetics: 'effects',
};

export function createShedLog({ announce, meter }: Context): ShedReporter {
  const ids = new Set<string>();
  const counts: Record<Lane, number> = {
    state: 0,
    'anti-cheat': 0,
    rewards: 0,
    leaderboard: 0,
    notifications: 0,
    cosmetics: 0,
  };
  let unsaid = new Map<string, number>();

  function say(): void {
    if (unsaid.size === 0) return;
    const parts = [...unsaid].map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`);
    unsaid = new Map();
    announce({
      name: 'work-shed',
      severity: 'info',
      text: `since the last report ${parts.join(', ')} were shed, and nothing else`,
      values: { cosmetics: counts.cosmetics, notifications: counts.notifications },
    });
  }
  const timer = setInterval(say, sayEveryMs);

  return {
    add(lane, id, reason) {
      ids.add(id);
      counts[lane] += 1;
      meter.count('shed');
      const what = `${nouns[lane]} (${reason})`;
      unsaid.set(what, (unsaid.get(what) ?? 0) + 1);
    },
    counts: () => counts,
    has: (id) => ids.has(id),
    close() {
      clearInterval(timer);
      say();
    },
  };
}
