import type { Fault } from '@firedrill/core/services';
import type { Storm } from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import type { Random } from '@firedrill/core/simulation';
import { basePerSecond, type Settings } from '../settings.ts';
import type { Clinics } from '../types.ts';
import { processNames } from '../world.ts';

const minute = 60_000;

/** 8:00 to 8:20 on a Monday: the rush begins at 8:03 and lasts eight minutes. */
const durationMs = 20 * minute;
export const rushFromMs = 3 * minute;
const rushToMs = 13 * minute;

/** The auditors' service gets slow under the load, then does not answer, and then fails. */
export const slowFromMs = 4 * minute;
export const hangFromMs = 6 * minute;
export const hangToMs = 10 * minute;
const failsToMs = 11 * minute;

/** When processes crash. */
const crashFromMs = minute;
const crashToMs = 18 * minute;

/** In the middle of it the power fails, for all processes at once. */
const powerFailsMs = 9 * minute;

const lostAnswerShare = 0.02;
const refusedEntryShare = 0.3;

/** The faults that are named by the cause. */
export const sinkIds: readonly string[] = ['sink-slow', 'sink-hang'];

function faults(settings: Settings, random: Random): readonly Fault[] {
  const rush = { fromMs: rushFromMs, toMs: rushToMs };
  const processes = processNames(settings.processes);
  return [
    {
      kind: 'slow',
      id: 'records-slow',
      service: 'records',
      ...rush,
      latency: { p50Ms: 12, p99Ms: 40 },
    },
    {
      kind: 'slow',
      id: 'sink-slow',
      service: 'audit',
      fromMs: slowFromMs,
      toMs: hangFromMs,
      latency: { p50Ms: 2_000, p99Ms: 7_000 },
    },
    { kind: 'hang', id: 'sink-hang', service: 'audit', fromMs: hangFromMs, toMs: hangToMs },
    {
      kind: 'error',
      id: 'sink-refuses',
      service: 'audit',
      fromMs: hangToMs,
      toMs: failsToMs,
      share: refusedEntryShare,
    },
    {
      kind: 'drop-response',
      id: 'sink-answers-lost',
      service: 'audit',
      ...rush,
      share: lostAnswerShare,
    },
    ...crashes(settings, random),
    ...processes.map((service): Fault => ({
      kind: 'crash',
      id: `power-${service}`,
      service,
      fromMs: powerFailsMs,
      toMs: powerFailsMs + settings.bootMs,
    })),
  ];
}

/** Processes crash one by one, at moments drawn from the seed. */
function crashes(
  { crashes: count, processes, bootMs }: Settings,
  random: Random,
): readonly Fault[] {
  const names = processNames(processes);
  return Array.from({ length: count }, (_, index): Fault => {
    const fromMs = crashFromMs + Math.round(random.next() * (crashToMs - crashFromMs));
    const service = random.pick(names);
    return { kind: 'crash', id: `crash-${index + 1}`, service, fromMs, toMs: fromMs + bootMs };
  });
}

/** Monday morning, the same for every implementation. */
export const storm: Storm<Clinics> = {
  durationMs,
  load: (settings) => {
    const basePerSec = basePerSecond(settings);
    return spikeLoad({
      basePerSecond: basePerSec,
      peakPerSecond: basePerSec * settings.peak,
      durationMs,
      spikeFromMs: rushFromMs,
      spikeToMs: rushToMs,
      rampMs: minute,
    });
  },
  ordinaryLoad: (settings) => constantLoad({ ratePerSecond: basePerSecond(settings), durationMs }),
  faults,
  story: [
    { atMs: 0, text: 'the clinics open' },
    { atMs: rushFromMs, text: 'everybody is at the desk: the rush of a Monday morning' },
    { atMs: powerFailsMs, text: 'the power fails, and is back' },
    { atMs: rushToMs, text: 'the rush is over' },
  ],
};
