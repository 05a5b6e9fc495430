import { runScenario, type Storm } from '@firedrill/core/scenario';
import type { RunRecord } from '@firedrill/core/scenario/record';
import type { Fault } from '@firedrill/core/services';
import { diurnalLoad, type LoadProfile, scaleLoad, sequence } from '@firedrill/core/workload';
import { example } from '../src/example.ts';
import { failure } from '../src/scenarios/failure.ts';
import { basePerSecond, type Settings, settingsSchema } from '../src/settings.ts';
import type { Payments } from '../src/types.ts';

/**
 * What comes of each week's code when nothing special happens? Seven days of a tenth of the company: a Monday, five
 * deploys, a restart in the night, and something slow or silent on four days. No sale, and no fault that anybody would
 * remember.
 */
const minute = 60_000;
const hour = 60 * minute;
const dayMs = 24 * hour;

/** Traffic of each day from Monday on, times the mean of an ordinary one. */
const dayFactors = [1.4, 1, 1, 1, 1.1, 0.8, 0.7] as const;
const workdays = [0, 1, 2, 3, 4] as const;

/** Alarms that follow each other within this time are one page, in ms. */
const onePageMs = 15 * minute;

const at = (day: number, hours: number, minutes = 0): number =>
  day * dayMs + hours * hour + minutes * minute;

/** A process that stops and comes back, with nothing in memory. */
const restart = (fromMs: number, downMs: number): Fault => ({
  kind: 'crash',
  service: 'app',
  fromMs,
  toMs: fromMs + downMs,
});

const faults: readonly Fault[] = [
  // A deploy at ten, and on Saturday a host that is restarted at half past three.
  ...workdays.map((day) => restart(at(day, 10), 20_000)),
  restart(at(5, 3, 30), 5 * minute),
  {
    kind: 'slow',
    service: 'risk',
    fromMs: at(1, 14),
    toMs: at(1, 16),
    latency: { p50Ms: 3_000, p99Ms: 3_600 },
  },
  {
    kind: 'hang',
    service: 'webhooks',
    fromMs: at(2, 11),
    toMs: at(2, 11, 40),
    share: 0.2,
    of: 'keys',
  },
  { kind: 'hang', service: 'notifications', fromMs: at(3, 23), toMs: at(3, 23, 30) },
  { kind: 'hang', service: 'analytics', fromMs: at(6, 12), toMs: at(6, 13) },
];

const dayLoad = (settings: Settings): LoadProfile =>
  diurnalLoad({
    meanPerSecond: basePerSecond(settings),
    amplitude: 0.7,
    periodMs: dayMs,
    durationMs: dayMs,
    peakAtMs: at(0, 14),
  });

const storm: Storm<Payments> = {
  durationMs: 7 * dayMs,
  load: (settings) => sequence(dayFactors.map((factor) => scaleLoad(dayLoad(settings), factor))),
  ordinaryLoad: (settings) => sequence(dayFactors.map(() => dayLoad(settings))),
  faults: () => faults,
  story: [],
};

const week = {
  ...example,
  startsAt: '2026-11-30T00:00:00Z',
  scenarios: { ...example.scenarios, failure: { ...failure, storm } },
};

/** What one implementation made of the week. */
export interface Week {
  /** How often the pager rang, and how often between ten in the evening and six in the morning. */
  readonly pages: number;
  readonly atNight: number;
  /** Handlers registered, and errors that nobody has handled so far, at the end of each day. */
  readonly handlers: readonly number[];
  readonly unhandledRejections: readonly number[];
  /** What each broken invariant observed, by its name. */
  readonly broken: ReadonlyMap<string, string>;
}

/** Lets one implementation run for a week, with seed 1. */
export async function weekOf(implementation: string): Promise<Week> {
  const alarmsMs: number[] = [];
  const midnights: Readonly<Record<string, number>>[] = [];
  const broken = new Map<string, string>();
  const see = (record: RunRecord): void => {
    if (record.type === 'signal' && record.severity === 'critical') alarmsMs.push(record.atMs);
    else if (record.type === 'sample' && isLastOfDay(record.atMs)) midnights.push(record.values);
    else if (record.type === 'check' && record.kind === 'invariant' && !record.ok) {
      broken.set(record.name, record.observed);
    }
  };
  const settings = settingsSchema.parse({ volumeUsdPerDay: 1_000_000 });
  const options = { scenario: 'failure', settings, seed: 1, proof: 'none' } as const;
  await runScenario(
    week,
    { ...options, implementations: [implementation], replay: '', next: '' },
    see,
  );
  const pagesMs = alarmsMs.filter(
    (atMs, index) => index === 0 || atMs - (alarmsMs[index - 1] ?? 0) > onePageMs,
  );
  return {
    pages: pagesMs.length,
    atNight: pagesMs.filter((atMs) => isAtNight(atMs % dayMs)).length,
    handlers: midnights.map(({ handlers = 0 }) => handlers),
    unhandledRejections: midnights.map(({ unhandledRejections = 0 }) => unhandledRejections),
    broken,
  };
}

/** The last second of a day: with the last one of the week the system is closed. */
const isLastOfDay = (atMs: number): boolean => (atMs + 1_000) % dayMs === 0;

const isAtNight = (timeOfDayMs: number): boolean =>
  timeOfDayMs < at(0, 6) || timeOfDayMs >= at(0, 22);
