import type { Fault } from '@firedrill/core/services';
import type { Storm } from '@firedrill/core/scenario';
import { spikeLoad } from '@firedrill/core/workload';
import { processName } from '../services.ts';
import { basePerSecond, type Settings } from '../settings.ts';

const minute = 60_000;

/** 8:00 to 8:20 on a Monday: the rush begins at 8:03 and lasts eight minutes. */
const durationMs = 20 * minute;
const rushFromMs = 3 * minute;
const rushToMs = 13 * minute;

/** The auditors' service gets slow under the load, then does not answer, and then fails. */
const slowFromMs = 4 * minute;
const hangFromMs = 6 * minute;
const hangToMs = 10 * minute;
const failsToMs = 11 * minute;

/** Processes crash one by one, at moments drawn from the seed. */
const crashFromMs = minute;
const crashToMs = 18 * minute;

/** In the middle of it the power fails, for all processes at once. */
const powerFailsMs = 9 * minute;

const lostAnswerShare = 0.02;
const refusedEntryShare = 0.3;

function faults(settings: Settings): readonly Fault[] {
  const rush = { fromMs: rushFromMs, toMs: rushToMs };
  const processes = Array.from({ length: settings.processes }, (_, index) =>
    processName(index + 1),
  );
  const downShare =
    (settings.crashes * settings.bootMs) / settings.processes / (crashToMs - crashFromMs);
  return [
    { kind: 'slow', service: 'records', ...rush, latency: { p50Ms: 12, p99Ms: 40 } },
    {
      kind: 'slow',
      service: 'audit',
      fromMs: slowFromMs,
      toMs: hangFromMs,
      latency: { p50Ms: 2_000, p99Ms: 7_000 },
    },
    { kind: 'hang', service: 'audit', fromMs: hangFromMs, toMs: hangToMs },
    {
      kind: 'error',
      service: 'audit',
      fromMs: hangToMs,
      toMs: failsToMs,
      share: refusedEntryShare,
    },
    { kind: 'drop-response', service: 'audit', ...rush, share: lostAnswerShare },
    ...(downShare === 0
      ? []
      : processes.map((service): Fault => ({
          kind: 'reset',
          id: `crashes-${service}`,
          service,
          fromMs: crashFromMs,
          toMs: crashToMs,
          share: Math.min(0.99, downShare),
          performed: false,
        }))),
    ...processes.map((service): Fault => ({
      kind: 'reset',
      id: `power-${service}`,
      service,
      fromMs: powerFailsMs,
      toMs: powerFailsMs + settings.bootMs,
      performed: false,
    })),
  ];
}

/** Monday morning, the same for every implementation. */
export const storm: Storm<Settings> = {
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
  faults,
  story: [
    { atMs: 0, text: 'the clinics open' },
    { atMs: rushFromMs, text: 'everybody is at the desk: the rush of a Monday morning' },
    { atMs: powerFailsMs, text: 'the power fails, and is back' },
    { atMs: rushToMs, text: 'the rush is over' },
  ],
};
