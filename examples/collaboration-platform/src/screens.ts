import type { Random } from '@firedrill/core/simulation';

/**
 * What a person looks at. One thread draws everything in the order in which it comes, so that a flood
 * of messages delays the person's own strokes, too. There is no timer in it: it only knows until when
 * it is busy.
 */
export interface Screen {
  /** Draws what the person did; gives the time in ms until it is seen. */
  drawOwn(): number;
  /** Draws what others did; gives the time in ms until it is seen. */
  drawReceived(items: number): number;
}

/** Applying and painting one's own stroke: well within a frame of 16.7 ms on most devices. */
const ownMs = { p50: 3, p99: 8 } as const;

/** Parsing one message, and painting one of the things in it. */
const messageMs = 0.15;
const itemMs = 0.05;

export function createScreen(elapsedMs: () => number, random: Random): Screen {
  let busyUntilMs = 0;
  function work(ms: number): number {
    const nowMs = elapsedMs();
    busyUntilMs = Math.max(nowMs, busyUntilMs) + ms;
    return busyUntilMs - nowMs;
  }
  return {
    drawOwn: () => work(random.logNormal(ownMs)),
    drawReceived: (items) => work(messageMs + itemMs * items),
  };
}
