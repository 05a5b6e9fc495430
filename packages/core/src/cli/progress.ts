import { realNowMs } from './machine.ts';
import type { Whereabouts } from './where.ts';

/** One line on a terminal's standard error that is rewritten in place while a run goes elsewhere. */
export interface Progress {
  /** Redraws, though not more often than a person can read. */
  update(where: Whereabouts): void;
  /** Leaves an empty line behind, for what is printed next. */
  clear(): void;
}

const redrawEveryMs = 100;

export const noProgress: Progress = { update() {}, clear() {} };

export function progressLine(
  output: { write(text: string): unknown },
  nowMs: () => number = realNowMs,
): Progress {
  let dueMs = -Infinity;
  let isDrawn = false;
  return {
    update(where) {
      if (nowMs() < dueMs) return;
      dueMs = nowMs() + redrawEveryMs;
      isDrawn = true;
      output.write(`\r\u001B[K${Math.floor(where.progress * 100)} %  ${where.text}`);
    },
    clear() {
      if (isDrawn) output.write('\r\u001B[K');
      isDrawn = false;
    },
  };
}
