import { settle, sleep } from '@firedrill/core/resilience';
import type { IdentifiedFault } from '@firedrill/core/services';
import type { Random } from '@firedrill/core/simulation';
import type { SensorTruth } from './services.ts';
import type { Reading } from './site.ts';

export const startsAt = '2026-03-02T09:00:00.000Z';
export const startMs = Date.parse(startsAt);
export const sensors = Array.from({ length: 12 }, (_, index) => `sensor-${index + 1}`);
/** Its clock is a day ahead. */
export const wrongClock = 'sensor-13';
/** Its clock is off by as much as clocks are. */
const skewMs: Readonly<Record<string, number>> = { 'sensor-2': 1_500, 'sensor-5': -2_500 };
const dayMs = 86_400_000;
const base = 4_000;

/** Draws which sensor measures something that is not so, and when: a spike, a jump, or a sensor stuck high. */
export function plantAnomalies(draw: Random, durationMs: number) {
  const planted: SensorTruth['planted'] = [];
  for (const sensor of sensors) {
    if (!draw.chance(0.6)) continue;
    const fromMs = startMs + 110_000 + Math.floor(draw.next() * (durationMs - 170_000));
    planted.push({ sensor, fromMs, toMs: fromMs + 15_000 });
  }
  return planted;
}

/** One reading, as it is measured. */
export function measure(truth: SensorTruth, sensor: string, nowMs: number, draw: Random): Reading {
  const number = (truth.numbers.get(sensor) ?? 0) + 1;
  truth.numbers.set(sensor, number);
  const isPlanted = truth.planted.some(
    (span) => span.sensor === sensor && nowMs >= span.fromMs && nowMs < span.toMs,
  );
  const swing = 300 * Math.sin(nowMs / 200_000);
  const noise = 120 * (draw.next() + draw.next() + draw.next() - 1.5);
  const value = Math.round(base + swing + noise + (isPlanted ? 6_000 : 0));
  const offMs = sensor === wrongClock ? dayMs : (skewMs[sensor] ?? 0);
  return { number, eventMs: nowMs + offMs, value };
}

/** How long the sensor has no radio from now on, by the faults of the radio. */
export function silentForMs(
  sensor: string,
  nowMs: number,
  faults: readonly IdentifiedFault[],
  isAffected: (faultId: string, key: string) => boolean,
): number {
  let untilMs = nowMs;
  for (const fault of faults) {
    if (fault.service !== 'radio' || fault.kind !== 'hang') continue;
    if (nowMs < fault.fromMs || nowMs >= fault.toMs) continue;
    const isWhole = fault.share === undefined || fault.share === 1;
    const isStruck = isWhole || (fault.of === 'keys' && isAffected(fault.id, sensor));
    if (isStruck) untilMs = Math.max(untilMs, fault.toMs);
  }
  return untilMs - nowMs;
}

/** Sends a batch until it was taken; a sensor that has no answer sends it again. */
export async function upload(take: () => Promise<void>, isRepeated: boolean): Promise<boolean> {
  for (let press = 0; press < 200; press += 1) {
    const { kind } = await settle(take());
    if (kind === 'success') {
      if (isRepeated) await settle(take());
      return true;
    }
    await sleep(2_000);
  }
  return false;
}
