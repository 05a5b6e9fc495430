import { sleep } from '@firedrill/core/resilience';
import type { Lane } from '../../domain.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';

/** Why something was given up, in plain words. */
export type ShedReason = 'no room' | 'too late' | 'provider down';

/** Says what is given up on purpose: to operations, piece by piece, and in sum on the timeline. */
export interface ShedLog {
  /** `told` is called when operations knows of it. */
  add(lane: Lane, id: string, reason: ShedReason, told: () => void): void;
  /** Says what has not been said yet, and stops. */
  close(): Promise<void>;
}

interface Piece {
  readonly lane: Lane;
  readonly id: string;
  readonly told: () => void;
}

const sayEveryMs = 15_000;
const tellEveryMs = 1_000;
const callTimeoutMs = 500;
const pauseMs = 1_000;

/** What is in a lane, for people. */
const nouns: Readonly<Record<Lane, string>> = {
  state: 'rows',
  'anti-cheat': 'reports',
  rewards: 'rewards',
  leaderboard: 'scores',
  notifications: 'notifications',
  cosmetics: 'effects',
};

export function createShedLog({ telemetry, outside }: Context): ShedLog {
  let untold: Piece[] = [];
  let telling: Promise<void> | undefined;
  let unsaid = new Map<string, number>();

  /** What operations did not take is told with the next; twice is no harm. */
  async function tell(): Promise<void> {
    if (untold.length === 0) return;
    const pieces = untold;
    untold = [];
    try {
      const said = pieces.map(({ lane, id }) => ({ lane, id }));
      await outside.operations.noteShed({ pieces: said }, { timeoutMs: callTimeoutMs });
      for (const { told } of pieces) told();
    } catch (error) {
      telemetry.failed(error);
      untold = [...pieces, ...untold];
    }
  }

  function tellSoon(): void {
    telling ??= tell().finally(() => {
      telling = undefined;
    });
  }

  function say(): void {
    if (unsaid.size === 0) return;
    const parts = [...unsaid].map(([what, count]) => `${count.toLocaleString('en-US')} ${what}`);
    unsaid = new Map();
    telemetry.note({
      name: 'work-shed',
      severity: 'info',
      text: `since the last report ${parts.join(', ')} were shed, and nothing else`,
    });
  }
  const timers = [setInterval(tellSoon, tellEveryMs), setInterval(say, sayEveryMs)];

  return {
    add(lane, id, reason, told) {
      untold.push({ lane, id, told });
      telemetry.count(reports.shed);
      const what = `${nouns[lane]} (${reason})`;
      unsaid.set(what, (unsaid.get(what) ?? 0) + 1);
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      say();
      await telling;
      while (untold.length > 0) {
        await tell();
        if (untold.length > 0) await sleep(pauseMs);
      }
    },
  };
}
