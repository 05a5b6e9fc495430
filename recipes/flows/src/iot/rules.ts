import { type Judged, ruleWords } from '@firedrill/core/scenario';
import type { Sensing } from './example.ts';
import { siteOptions } from './house-rules.ts';
import { rowKey } from './services.ts';
import { startMs } from './world.ts';
import type { AlertNotice, WindowRow } from './site.ts';

type Phase = Judged<Sensing>;

const { defineRules, invariant, objective, usefulWork } = ruleWords<Sensing>();
const minute = 60_000;

/** Every window, computed at once from all readings that were taken: a batch needs no watermark. */
function expectedRows({ truth }: Phase): ReadonlyMap<string, Omit<WindowRow, 'revision'>> {
  const rows = new Map<string, Omit<WindowRow, 'revision'>>();
  for (const [key, readings] of truth.taken) {
    for (const { eventMs, value } of readings) {
      for (const window of ['tumbling', 'sliding'] as const) {
        const { sizeMs, everyMs } = siteOptions.windows[window];
        for (let backMs = 0; backMs < sizeMs; backMs += everyMs) {
          const start = Math.floor(eventMs / everyMs) * everyMs - backMs;
          const name = rowKey({ window, key, startMs: start });
          const row = rows.get(name);
          rows.set(name, {
            window,
            key,
            startMs: start,
            endMs: start + sizeMs,
            count: (row?.count ?? 0) + 1,
            sum: (row?.sum ?? 0) + value,
            min: Math.min(row?.min ?? value, value),
            max: Math.max(row?.max ?? value, value),
          });
        }
      }
    }
  }
  return rows;
}

/** Event time of the last reading that was taken. */
function newestOf({ truth }: Phase): number {
  let newestMs = -Infinity;
  for (const readings of truth.taken.values()) {
    for (const { eventMs } of readings) newestMs = Math.max(newestMs, eventMs);
  }
  return newestMs;
}

/** Windows that ended a minute before the last reading, and are not in the table as they should be. */
export function wrongWindows(phase: Phase): { wrong: number; of: number } {
  const { rows } = phase.truth;
  const newestMs = newestOf(phase);
  let wrong = 0;
  let of = 0;
  for (const [name, row] of expectedRows(phase)) {
    if (row.endMs > newestMs - minute) continue;
    of += 1;
    const kept = rows.get(name);
    const isRight =
      kept?.count === row.count &&
      kept.sum === row.sum &&
      kept.min === row.min &&
      kept.max === row.max;
    if (!isRight) wrong += 1;
  }
  const foreign = [...rows.keys()].filter((name) => name.includes(wrongClockKey));
  return { wrong: wrong + foreign.length, of };
}

const wrongClockKey = ' sensor-13 ';

const isRing = ({ what }: AlertNotice): boolean => what !== 'clear';

/** Spans with a false value that rang, and spans that should have. */
export function foundAnomalies(phase: Phase): { done: number; due: number } {
  const { truth, isJudged } = phase;
  const notices = [...truth.pages.values()].filter(isRing);
  const newestMs = newestOf(phase);
  const due = truth.planted.filter(({ sensor, fromMs, toMs }) => {
    const taken = truth.taken.get(sensor) ?? [];
    const before = taken.filter(({ eventMs }) => eventMs < fromMs).length;
    const within = taken.filter(({ eventMs }) => eventMs >= fromMs && eventMs < toMs).length;
    return (
      // What comes last is held for those who are slow: no later reading says that it may be looked at.
      toMs <= newestMs - minute &&
      isJudged(fromMs - startMs) &&
      isJudged(toMs - startMs) &&
      // Nobody knows yet what is usual for this sensor.
      before >= siteOptions.score.warmUp &&
      // Where nothing was measured (no radio, no process) there is nothing to find.
      within >= 2
    );
  });
  const done = due.filter(({ sensor, fromMs, toMs }) =>
    notices.some(
      (page) =>
        page.sensor === sensor && page.eventMs >= fromMs - 5_000 && page.eventMs < toMs + 5_000,
    ),
  );
  return { done: done.length, due: due.length };
}

/** Rings for a sensor in whose readings nothing was planted. */
export function falseRings({ truth }: Phase): number {
  return [...truth.pages.values()].filter(
    (page) =>
      isRing(page) &&
      !truth.planted.some(
        ({ sensor, fromMs, toMs }) =>
          page.sensor === sensor && page.eventMs >= fromMs - 5_000 && page.eventMs < toMs + 5_000,
      ),
  ).length;
}

/** Most rings of one sensor within any minute of event time. */
export function mostRings({ truth }: Phase): number {
  const bySensor = Map.groupBy([...truth.pages.values()].filter(isRing), ({ sensor }) => sensor);
  let most = 0;
  for (const pages of bySensor.values()) {
    const times = pages.map(({ eventMs }) => eventMs).toSorted((a, b) => a - b);
    for (const [first, fromMs] of times.entries()) {
      most = Math.max(
        most,
        times.filter((at, index) => index >= first && at < fromMs + minute).length,
      );
    }
  }
  return most;
}

/** Rings of one sensor in a minute that are too many: a new alert may follow one that has ended. */
const ringsAllowed = 2;

/** What must be true of whoever reads sensors. */
export const rules = defineRules({
  'windows-exact': invariant(
    'every window has every reading once, however late it came',
    'wrong window',
    (phase) => {
      const { wrong, of } = wrongWindows(phase);
      return { count: wrong, detail: `of ${of}` };
    },
  ),
  'alerts-bounded': invariant(
    'nobody is rung up for one sensor more than twice in a minute',
    'surplus ring',
    (phase) => Math.max(0, mostRings(phase) - ringsAllowed),
  ),
  'anomalies-found': usefulWork('what is not so is found', 'planted anomaly', foundAnomalies, {
    atLeast: 0.9,
    needs: ['pager', 'app'],
  }),
  'few-false-alarms': objective(
    'fewer than one false alarm for each planted anomaly',
    (phase) => falseRings(phase) / Math.max(1, phase.truth.planted.length),
    { under: 1, unit: 'ratio' },
  ),
  'stored-soon': objective(
    'half of the windows are in the table half a minute after their end',
    ({ measured }) => measured.windowDelay.p50,
    { under: 30_000, unit: 'ms', of: 'for half of them', needs: ['table', 'app', 'radio'] },
  ),
});
