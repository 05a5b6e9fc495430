import { formatClock } from '../scenario/format.ts';
import type { RunRecord, RunStarted } from '../scenario/record.ts';

/** Follows the records of a run to the point that it has reached. */
export interface Whereabouts {
  see(record: RunRecord): void;
  /** Share of all phases' load that has been played, 0 to 1; draining after it is not counted. */
  readonly progress: number;
  /** E.g. `14:18:03 of virtual time, phase 1 of 2`, or `…, after the verdict`. */
  readonly text: string;
}

export function createWhereabouts(): Whereabouts {
  let started: RunStarted | undefined;
  let phase = { index: 0, of: 1 };
  let atMs = 0;
  let isJudged = false;
  return {
    see(record) {
      if (record.type === 'run.started') started = record;
      if (record.type === 'verdict') isJudged = phase.index === phase.of - 1;
      if (record.type === 'phase.started') {
        phase = record;
        atMs = 0;
      } else if ('atMs' in record && record.atMs !== undefined) atMs = record.atMs;
    },
    get progress() {
      if (started === undefined) return 0;
      return (phase.index + Math.min(1, atMs / started.durationMs)) / phase.of;
    },
    get text() {
      if (started === undefined) return 'the start';
      const clock = formatClock(started.startsAt, atMs);
      const where = isJudged ? 'after the verdict' : `phase ${phase.index + 1} of ${phase.of}`;
      return `${clock} of virtual time, ${where}`;
    },
  };
}
