import type { Session } from '../system.ts';
import { answered } from './answered.ts';

/** Pointers that move now: on their way to the next edit. */
export interface Pointers {
  /** The pointer of a session begins to move towards a point; call what it returns to stop it. */
  start(personId: string, session: Session, x: number, y: number): () => void;
}

interface Moving {
  readonly personId: string;
  readonly session: Session;
  readonly x: number;
  readonly y: number;
  readonly sinceMs: number;
}

/** Pixels a second. */
const speed = 400;

/**
 * Moves all pointers on one timer, as each browser would on its own. A mouse reports sixty times a
 * second and more; that an app looks at it only every `everyMs` is granted to all five.
 */
export function createPointers(
  everyMs: number,
  elapsedMs: () => number,
  onMoved: (personId: string, x: number, y: number) => void,
): Pointers {
  const moving = new Set<Moving>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function tick(): void {
    for (const { personId, session, x, y, sinceMs } of moving) {
      const way = ((elapsedMs() - sinceMs) * speed) / 1_000;
      const [atX, atY] = [Math.round(x + way), Math.round(y + way / 2)];
      answered(() => session.moveCursor(atX, atY), undefined);
      onMoved(personId, atX, atY);
    }
    if (moving.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    start(personId, session, x, y) {
      const pointer = { personId, session, x, y, sinceMs: elapsedMs() };
      moving.add(pointer);
      timer ??= setInterval(tick, everyMs);
      return () => moving.delete(pointer);
    },
  };
}
