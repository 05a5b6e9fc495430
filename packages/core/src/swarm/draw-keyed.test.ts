import { expect, test } from 'vitest';
import { type FaultKind, faultKinds, type FaultTarget } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';

const bank: FaultTarget = {
  name: 'bank',
  kind: 'service',
  operations: ['pay', 'find'],
  keys: undefined,
};
const shops: FaultTarget = { name: 'shops', kind: 'service', operations: ['tell'], keys: 'shops' };
const app: FaultTarget = { name: 'app', kind: 'process', operations: [], keys: undefined };

const stormsOn = (targets: readonly FaultTarget[], kinds: readonly FaultKind[] = faultKinds) =>
  Array.from({ length: 400 }, (_, seed) =>
    drawStorm(seed, { targets, kinds, small: {}, settings: {} }),
  );
const keyedOf = ({ faults }: ReturnType<typeof drawStorm>) =>
  faults.filter(({ id }) => id.startsWith('keyed-'));
const storms = stormsOn([bank, shops, app]);

test('in a fifth of the storms some keys are in trouble', () => {
  const struck = storms.filter((storm) => keyedOf(storm).length > 0);
  expect(struck.length / storms.length).toBeCloseTo(0.2, 1);
  for (const { service, of, share = 1, operation } of struck.flatMap(keyedOf)) {
    expect({ service, of, operation }).toEqual({
      service: 'shops',
      of: 'keys',
      operation: undefined,
    });
    expect(share).toBeLessThan(0.5);
  }
});

test('they hang, refuse and are slow, while the load is high, and it is over by half time', () => {
  const kinds = new Set(storms.flatMap(keyedOf).map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['hang', 'error', 'slow']));
  for (const storm of storms) {
    const busyFromMs = storm.load.shape === 'spike' ? storm.load.durationMs / 4 : 0;
    for (const { fromMs, toMs } of keyedOf(storm)) {
      expect(fromMs).toBeGreaterThanOrEqual(busyFromMs);
      expect(toMs).toBeLessThanOrEqual(storm.load.durationMs / 2);
    }
  }
});

test('where no call carries a key, or no such kind may be drawn, there is none', () => {
  expect(stormsOn([bank, app]).flatMap(keyedOf)).toEqual([]);
  expect(stormsOn([bank, shops, app], ['drop-response', 'crash']).flatMap(keyedOf)).toEqual([]);
});
