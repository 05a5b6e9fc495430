import type { Measure, Second, SecondReading } from './measures/index.ts';
import type { Signal } from './record.ts';
import type { ExampleTypes } from './types.ts';

/** What was measured in one second, and what the system said of itself in it. */
export interface WatchedSecond<E extends ExampleTypes> {
  readonly measured: Second<E['measures']>;
  /** The system's own word. */
  readonly reported: Second<E['reports']>;
  readonly settings: E['settings'];
}

/**
 * Turns measurements into timeline entries. It is asked once a virtual second, and never knows which
 * fault is active: an effect is announced because it was measured.
 */
export interface Watcher<E extends ExampleTypes> {
  /** Kebab-case; the signal's name. */
  readonly name: string;
  readonly severity: Signal['severity'];
  /** The condition, on what was measured in one second. */
  readonly when: (second: WatchedSecond<E>) => boolean;
  /** Seconds in a row that the condition must hold before it is announced. Default: 1. */
  readonly forSeconds?: number;
  readonly text: (second: WatchedSecond<E>) => string;
  /** What the signal carries as its values. */
  readonly shows?: readonly Measure[];
  /** Announces the end, after the condition was false for `forSeconds` in a row. */
  readonly cleared?: {
    readonly name: string;
    readonly forSeconds: number;
    readonly text: (second: WatchedSecond<E>, activeMs: number) => string;
  };
}

/** Checks the types of an example's signals. */
export const defineSignals =
  <E extends ExampleTypes>() =>
  (watchers: readonly Watcher<E>[]): readonly Watcher<E>[] =>
    watchers;

/** What a signal says. */
export interface Announcement {
  readonly name: string;
  readonly severity: Signal['severity'];
  readonly text: string;
  readonly values?: Readonly<Record<string, number>>;
}

/**
 * Feeds seconds to watchers.
 *
 * A watcher is quiet, or active since a moment. From quiet it becomes active when its condition has
 * held long enough, and announces itself once. From active it becomes quiet when the condition has
 * been false long enough; a watcher without `cleared` stays active, and so speaks once a run.
 */
export function watch<E extends ExampleTypes>(
  watchers: readonly Watcher<E>[],
  announce: (announcement: Announcement) => void,
): (atMs: number, second: WatchedSecond<E>) => void {
  const states = watchers.map((watcher) => ({
    watcher,
    shown: shownBy(watcher),
    state: { kind: 'quiet' } as { kind: 'quiet' } | { kind: 'active'; sinceMs: number },
    streak: 0,
  }));
  return (atMs, second) => {
    for (const entry of states) {
      const { watcher, state, shown } = entry;
      const holds = watcher.when(second);
      if (state.kind === 'quiet') {
        entry.streak = holds ? entry.streak + 1 : 0;
        if (entry.streak < (watcher.forSeconds ?? 1)) continue;
        entry.state = { kind: 'active', sinceMs: atMs };
        entry.streak = 0;
        const { name, severity } = watcher;
        announce({ name, severity, text: watcher.text(second), values: shown(second) });
      } else if (watcher.cleared !== undefined) {
        entry.streak = holds ? 0 : entry.streak + 1;
        if (entry.streak < watcher.cleared.forSeconds) continue;
        entry.state = { kind: 'quiet' };
        entry.streak = 0;
        announce({
          name: watcher.cleared.name,
          severity: 'info',
          text: watcher.cleared.text(second, atMs - state.sinceMs),
          values: shown(second),
        });
      }
    }
  };
}

/** Reads what a watcher shows; its columns are named once. */
function shownBy<E extends ExampleTypes>({
  shows = [],
}: Watcher<E>): (second: WatchedSecond<E>) => Readonly<Record<string, number>> {
  const read = sampleReader(shows);
  return ({ measured, reported }) => read({ ...reported, ...measured });
}

/**
 * Reads one second of measurements as values of the record, in the order of the measurements; none
 * where nothing was observed. Asked each second, so that it makes no names of its own.
 */
export function sampleReader(
  measures: readonly Measure[],
): (
  second: Readonly<Record<string, number | SecondReading>>,
  change?: (value: number) => number,
) => Record<string, number> {
  const columns = measures.flatMap((measure) => columnsOf(measure));
  return (second, change) => {
    const values: Record<string, number> = {};
    for (const { name, measure, percentile } of columns) {
      const observed = second[measure];
      const value =
        observed === undefined || typeof observed === 'number' ? observed : observed[percentile];
      if (value !== undefined) values[name] = change === undefined ? value : change(value);
    }
    return values;
  };
}

interface Column {
  /** Its name in the record. */
  readonly name: string;
  readonly measure: string;
  /** Which of a histogram's percentiles it is. */
  readonly percentile: 'p50' | 'p95' | 'p99';
}

function columnsOf(measure: Measure): readonly Column[] {
  const { name } = measure;
  if (measure.kind !== 'histogram') return [{ name, measure: name, percentile: 'p50' }];
  const drawn = measure.drawn ?? drawnByDefault;
  return drawn.map((each) => ({
    name: `${name}.p${each}`,
    measure: name,
    percentile: `p${each}` as const,
  }));
}

const drawnByDefault = [50, 99] as const;
