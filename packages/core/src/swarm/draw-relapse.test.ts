import { expect, test } from 'vitest';
import { type FaultKind, faultKinds, type FaultTarget } from '../services/index.ts';
import { createRandom } from '../simulation/index.ts';
import type { DrawnFault } from './draw-fault.ts';
import { drawRelapse } from './draw-relapse.ts';
import { drawStorm } from './draw-storm.ts';

const bank: FaultTarget = {
  name: 'bank',
  kind: 'service',
  operations: ['pay', 'find'],
  keys: undefined,
};
const app: FaultTarget = { name: 'app', kind: 'process', operations: [], keys: undefined };
const targets = [bank, app];
const away: DrawnFault = {
  id: 'swarm-1',
  kind: 'hang',
  service: 'bank',
  operation: 'pay',
  fromMs: 100_000,
  toMs: 120_000,
};

const drawn = (
  before: readonly DrawnFault[],
  kinds: readonly FaultKind[] = faultKinds,
  endMs = 200_000,
) =>
  Array.from({ length: 400 }, (_, seed) =>
    drawRelapse({ targets, kinds }, before, endMs, createRandom(seed, 'relapse'), 'relapse'),
  );

test('half of the storms in which something is away have it back slowly, and for half as long at the most', () => {
  const all = drawn([away]);
  const relapses = all.filter(({ length }) => length > 0);
  expect(relapses.length / all.length).toBeCloseTo(0.5, 1);
  for (const [slow] of relapses) {
    const { service, operation, toMs: fromMs } = away;
    expect(slow).toMatchObject({ kind: 'slow', service, operation, fromMs, toMs: 130_000 });
  }
});

test('most refuse some calls besides, and are away again by turns; in some a process crashes after a call', () => {
  const relapses = drawn([away]).filter(({ length }) => length > 0);
  const refusing = relapses.flatMap((all) => all.filter(({ id }) => id === 'relapse-2'));
  expect(refusing.length / relapses.length).toBeCloseTo(0.7, 1);
  expect(new Set(refusing.map(({ kind }) => kind))).toEqual(
    new Set(['error', 'flap', 'drop-response']),
  );
  for (const fault of refusing) expect(fault.kind === 'flap' || (fault.share ?? 1) < 1).toBe(true);
  const crashes = relapses.flatMap((all) => all.filter(({ kind }) => kind === 'crash'));
  expect(crashes.length / relapses.length).toBeCloseTo(0.3, 1);
  for (const crash of crashes) {
    expect(crash).toMatchObject({ service: 'app', after: 'bank' });
    expect(crash.fromMs).toBeGreaterThanOrEqual(away.toMs);
    expect(crash.fromMs).toBeLessThan(130_000);
  }
});

test('all of it is over when the last fault has to be', () => {
  for (const fault of drawn([away], faultKinds, 124_000).flat()) {
    expect(fault.toMs).toBeGreaterThan(fault.fromMs);
    expect(fault.toMs).toBeLessThanOrEqual(124_000);
  }
  expect(drawn([away], faultKinds, away.toMs).flat()).toEqual([]);
});

test('what was away for a moment, or was merely slow, or a process, has none; nor has what may not be slow', () => {
  expect(drawn([{ ...away, toMs: away.fromMs + 2_500 }]).flat()).toEqual([]);
  const slow: DrawnFault = { ...away, kind: 'slow', factor: 10 };
  expect(drawn([slow]).flat()).toEqual([]);
  const crash: DrawnFault = { ...away, kind: 'crash', service: 'app' };
  expect(drawn([crash]).flat()).toEqual([]);
  expect(drawn([away], ['hang', 'crash']).flat()).toEqual([]);
});

test('in storms it follows one of their faults at once, also one after the load', () => {
  const storms = Array.from({ length: 300 }, (_, seed) =>
    drawStorm(seed, {
      targets,
      kinds: faultKinds,
      small: {},
      settings: {},
      quietTime: () => ({ lengthMs: 600_000, due: [] }),
    }),
  );
  for (const name of ['relapse-1', 'late-relapse-1']) {
    const relapses = storms.flatMap(({ faults }) => {
      const slow = faults.find(({ id }) => id === name);
      return slow === undefined ? [] : [{ slow, faults }];
    });
    expect(relapses.length).toBeGreaterThan(20);
    for (const { slow, faults } of relapses) {
      const before = faults.filter(
        ({ service, toMs }) => service === slow.service && toMs === slow.fromMs,
      );
      expect(before.length).toBeGreaterThan(0);
    }
  }
});
