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
    state: { kind: 'quiet' } as { kind: 'quiet' } | { kind: 'active'; sinceMs: number },
    streak: 0,
  }));
  return (atMs, second) => {
    for (const entry of states) {
      const { watcher, state } = entry;
      const holds = watcher.when(second);
      if (state.kind === 'quiet') {
        entry.streak = holds ? entry.streak + 1 : 0;
        if (entry.streak < (watcher.forSeconds ?? 1)) continue;
        entry.state = { kind: 'active', sinceMs: atMs };
        entry.streak = 0;
        const { name, severity } = watcher;
        announce({ name, severity, text: watcher.text(second), values: shown(watcher, second) });
      } else if (watcher.cleared !== undefined) {
        entry.streak = holds ? 0 : entry.streak + 1;
        if (entry.streak < watcher.cleared.forSeconds) continue;
        entry.state = { kind: 'quiet' };
        entry.streak = 0;
        announce({
          name: watcher.cleared.name,
          severity: 'info',
          text: watcher.cleared.text(second, atMs - state.sinceMs),
          values: shown(watcher, second),
        });
      }
    }
  };
}

function shown<E extends ExampleTypes>(
  { shows = [] }: Watcher<E>,
  { measured, reported }: WatchedSecond<E>,
): Readonly<Record<string, number>> {
  const all: Readonly<Record<string, number | SecondReading>> = { ...reported, ...measured };
  return Object.fromEntries(shows.flatMap((measure) => sampleValues(measure, all[measure.name])));
}

/** One second of a measurement as values of the record; nothing where nothing was observed. */
export function sampleValues(
  measure: Measure,
  value: number | SecondReading | undefined,
): readonly (readonly [string, number])[] {
  if (value === undefined) return [];
  const { name } = measure;
  if (typeof value === 'number') return [[name, value]];
  const drawn = 'drawn' in measure ? measure.drawn : undefined;
  const values: (readonly [string, number])[] = [];
  for (const percentile of drawn ?? drawnByDefault) {
    const figure = value[`p${percentile}`];
    if (figure !== undefined) values.push([`${name}.p${percentile}`, figure]);
  }
  return values;
}

const drawnByDefault = [50, 99] as const;
