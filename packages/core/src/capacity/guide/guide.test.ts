import { expect, test } from 'vitest';
import { alertThresholds } from './alerts.ts';
import { burstBand } from './burst-bands.ts';
import { adjustmentFor } from './decision-tree.ts';
import { diagnosePool } from './troubleshooting.ts';
import { workedConfigurations } from './worked-configurations.ts';

test.each([
  [1.4, undefined],
  [1.5, 'conservative'],
  [2, 'balanced'],
  [3, 'high tolerance'],
  [4, 'high tolerance'],
  [4.1, 'excessive'],
])('a burst factor of %d is in the band %s', (factor, name) => {
  expect(burstBand(factor)?.name).toBe(name);
});

const pool = { workers: 10, queueSize: 20, processingMs: 10, ratePerSecond: 950, dropRatio: 0.1 };

test('drops above 0.9 ask for workers x utilisation x 1.1', () => {
  expect(diagnosePool(pool)).toMatchObject({ symptom: 'drops', newWorkers: 11, utilisation: 0.95 });
  expect(diagnosePool({ ...pool, ratePerSecond: 1_500 }).newWorkers).toBe(17);
});

test('drops below 0.7 have another cause than too few workers', () => {
  const { newWorkers, remedies } = diagnosePool({ ...pool, ratePerSecond: 600 });
  expect(newWorkers).toBeUndefined();
  expect(remedies.join()).toContain('garbage collection');
});

test('drops in between come in bursts', () => {
  expect(diagnosePool({ ...pool, ratePerSecond: 800 }).remedies.join()).toContain('queue');
});

test.each([
  ['emit-latency', { emitMicros: 100 }],
  ['wait', { waitMs: 11 }],
  ['inconsistent', { peakMultiplier: 3 }],
  ['none', {}],
] as const)('without drops, %s is found from %j', (symptom, seen) => {
  const { symptom: found, remedies } = diagnosePool({ ...pool, dropRatio: 0, ...seen });
  expect(found).toBe(symptom);
  expect(remedies.length > 0).toBe(symptom !== 'none');
});

test('a pool with little to do is idle', () => {
  expect(diagnosePool({ ...pool, dropRatio: 0, ratePerSecond: 300 }).symptom).toBe('idle');
});

test.each([
  ['drops-too-high', { dropRatio: 0.1, utilisation: 0.95 }],
  ['bursty-drops', { dropRatio: 0.1, utilisation: 0.4 }],
  ['latency-too-high', { dropRatio: 0, utilisation: 0.9, waitMs: 10, targetWaitMs: 5 }],
  ['low-utilisation', { dropRatio: 0, utilisation: 0.3 }],
  ['fits', { dropRatio: 0, utilisation: 0.8 }],
] as const)('the decision tree says %s for %j', (outcome, seen) => {
  expect(adjustmentFor({ targetDropRatio: 0.01, ...seen }).outcome).toBe(outcome);
});

test.each(workedConfigurations)('the alerts of $scenario are those of the guide', (worked) => {
  const { processingMs, queueSize, dropRateAlert, latencyAlertMicros, queueDepthAlert } = worked;
  const alerts = alertThresholds({ processingMs, queueSize });
  expect(alerts).toMatchObject({ dropRatio: dropRateAlert, emitMicros: latencyAlertMicros });
  expect(alerts.queueDepth).toBe(queueDepthAlert ?? alerts.queueDepth);
});
