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
    const parts = [...unsaid].map(([what, count]) => `${count} of ${what}`);
    unsaid = new Map();
    announce({
      name: 'work-shed',
      severity: 'info',
      text: `shed since the last report: ${parts.join(', ')}; nothing else`,
      values: { cosmetics: counts.cosmetics, notifications: counts.notifications },
    });
  }
  const timer = setInterval(say, sayEveryMs);

  return {
    add(lane, id, reason) {
      ids.add(id);
      counts[lane] += 1;
      meter.count('shed');
      const what = `${lane} (${reason})`;
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
