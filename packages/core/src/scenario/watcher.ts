import type { Signal } from './record.ts';

/** Measured values of one virtual second, by series name; a missing value reads as undefined. */
export type SampleValues = Readonly<Record<string, number>>;

/** What a signal says. */
export interface Announcement {
  readonly name: string;
  readonly severity: Signal['severity'];
  readonly text: string;
  /** The measured values that the text speaks of. */
  readonly values?: SampleValues;
}

/**
 * Turns measurements into timeline entries. It is asked once a virtual second, and never knows which
 * fault is active: an effect is announced because it was measured.
 */
export interface Watcher {
  /** Kebab-case; the signal's name. */
  readonly name: string;
  readonly severity: Signal['severity'];
  /** The condition, on the values of one second. */
  readonly when: (values: SampleValues) => boolean;
  /** Seconds in a row that the condition must hold before it is announced. Default: 1. */
  readonly forSeconds?: number;
  readonly text: (values: SampleValues) => string;
  /** Names of the series that the signal carries as its values. */
  readonly shows?: readonly string[];
  /** Announces the end, after the condition was false for `forSeconds` in a row. */
  readonly cleared?: {
    readonly name: string;
    readonly forSeconds: number;
    readonly text: (values: SampleValues, activeMs: number) => string;
  };
}

/**
 * Feeds samples to watchers.
 *
 * A watcher is quiet, or active since a moment. From quiet it becomes active when its condition has
 * held long enough, and announces itself once. From active it becomes quiet when the condition has
 * been false long enough; a watcher without `cleared` stays active, and so speaks once a run.
 */
export function watch(
  watchers: readonly Watcher[],
  announce: (announcement: Announcement) => void,
): (atMs: number, values: SampleValues) => void {
  const states = watchers.map((watcher) => ({
    watcher,
    state: { kind: 'quiet' } as { kind: 'quiet' } | { kind: 'active'; sinceMs: number },
    streak: 0,
  }));
  return (atMs, values) => {
    for (const entry of states) {
      const { watcher, state } = entry;
      const holds = watcher.when(values);
      if (state.kind === 'quiet') {
        entry.streak = holds ? entry.streak + 1 : 0;
        if (entry.streak < (watcher.forSeconds ?? 1)) continue;
        entry.state = { kind: 'active', sinceMs: atMs };
        entry.streak = 0;
        const { name, severity } = watcher;
        announce({ name, severity, text: watcher.text(values), values: shown(watcher, values) });
      } else if (watcher.cleared !== undefined) {
        entry.streak = holds ? 0 : entry.streak + 1;
        if (entry.streak < watcher.cleared.forSeconds) continue;
        entry.state = { kind: 'quiet' };
        entry.streak = 0;
        announce({
          name: watcher.cleared.name,
          severity: 'info',
          text: watcher.cleared.text(values, atMs - state.sinceMs),
          values: shown(watcher, values),
        });
      }
    }
  };
}

function shown({ shows = [] }: Watcher, values: SampleValues): SampleValues {
  return Object.fromEntries(shows.map((name) => [name, values[name] ?? 0]));
}
