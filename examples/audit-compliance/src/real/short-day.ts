import type { Storm } from '@firedrill/core/scenario';
import type { Fault } from '@firedrill/core/services';
import type { LoadProfile } from '@firedrill/core/workload';
import { storm } from '../scenarios/storm.ts';
import { type Settings, settingsSchema } from '../settings.ts';
import type { Clinics } from '../types.ts';

/** Twenty minutes in well under one: fewer requests, and shorter times for whoever waits. */
const shorter = {
  requestsPerDay: 20_000,
  bootMs: 500,
  reminderMinutes: 0.1,
  thinkSeconds: 2,
  patienceMinutes: 0.75,
  sealMs: 1_000,
  rotationMinutes: 0.25,
  glassMinutes: 0.2,
  reviewMinutes: 0.3,
  flushMs: 1_000,
} satisfies Partial<Settings>;

/** The settings of a storm on a real clock. */
export const shortDay = (changes: Partial<Settings> = {}): Settings =>
  settingsSchema.parse({ ...shorter, ...changes });

/** The same storm in so many seconds: its shape is kept, and as many requests come in less time. */
export function shortStorm(seconds: number): Storm<Clinics> {
  const durationMs = 1_000 * seconds;
  const scale = durationMs / storm.durationMs;
  return {
    durationMs,
    load: (settings) => squeezed(storm.load(settings), scale),
    ordinaryLoad: (settings) => squeezed(storm.ordinaryLoad(settings), scale),
    faults: (settings, random) =>
      storm.faults(settings, random).map((fault) => earlier(fault, scale)),
    story: storm.story.map(({ atMs, text }) => ({ atMs: atMs * scale, text })),
  };
}

function squeezed(load: LoadProfile, scale: number): LoadProfile {
  return {
    durationMs: load.durationMs * scale,
    ratePerSecond: (elapsedMs) => load.ratePerSecond(elapsedMs / scale) / scale,
    maxRatePerSecond: load.maxRatePerSecond / scale,
    description: `${load.description}, ${Math.round(1 / scale)} times as fast`,
  };
}

/** A fault on a shorter day. A process takes as long to start as it takes: see `bootMs`. */
function earlier(fault: Fault, scale: number): Fault {
  const fromMs = fault.fromMs * scale;
  const toMs = fault.kind === 'crash' ? fromMs + fault.toMs - fault.fromMs : fault.toMs * scale;
  return { ...fault, fromMs, toMs };
}
