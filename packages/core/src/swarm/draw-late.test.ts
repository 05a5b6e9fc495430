import { expect, test } from 'vitest';
import type { Due } from '../scenario/scenario.ts';
import { type FaultTarget, faultKinds } from '../services/index.ts';
import { drawStorm, type SwarmSpace } from './draw-storm.ts';

const hour = 3_600_000;
const targets: readonly FaultTarget[] = [
  { name: 'bank', kind: 'service', operations: ['pay', 'file'], keys: undefined },
  { name: 'app', kind: 'process', operations: [], keys: undefined },
];
const plain: SwarmSpace = { targets, kinds: faultKinds, small: { days: 1 }, settings: {} };
const seeds = Array.from({ length: 200 }, (_, index) => index + 1);

const files: Due = { atMs: [6 * hour, 24 * hour], withinMs: 0, operations: ['bank.file'] };
const drawn = (lengthMs: number, due: readonly Due[]) =>
  seeds.map((seed) => drawStorm(seed, { ...plain, quietTime: () => ({ lengthMs, due }) }));
const late = (storm: ReturnType<typeof drawStorm>) =>
  storm.faults.filter(({ id }) => /^late-\d$/.test(id));
/** With what comes back by halves after that. */
const withRelapse = (storm: ReturnType<typeof drawStorm>) =>
  storm.faults.filter(({ id }) => id.startsWith('late-'));

test('half of the storms have a fault after the load, and everything else as it was', () => {
  const storms = drawn(5 * 60_000, []);
  expect(storms.flatMap(late).length / seeds.length).toBeCloseTo(0.5, 1);
  for (const [index, storm] of storms.entries()) {
    const { faults, ...same } = drawStorm(seeds[index] ?? 0, plain);
    expect(storm).toEqual({ ...same, faults: [...faults, ...withRelapse(storm)] });
  }
});

test('it begins when the load has ended, and ends while something is due', () => {
  for (const storm of [...drawn(5 * 60_000, []), ...drawn(30 * hour, [files])]) {
    const quietMs = storm.faults.length === 0 ? 0 : 31 * hour;
    for (const fault of withRelapse(storm)) {
      expect(fault.fromMs).toBeGreaterThanOrEqual(storm.load.durationMs);
      expect(fault.toMs).toBeGreaterThan(fault.fromMs);
      expect(fault.toMs).toBeLessThanOrEqual(storm.load.durationMs + quietMs);
    }
  }
});

test('in quiet days it comes when something is due', () => {
  const storms = drawn(30 * hour, [files]);
  const hours = storms.flatMap((storm) =>
    late(storm).map(({ fromMs }) => Math.round(fromMs / hour)),
  );
  expect(new Set(hours)).toEqual(new Set([6, 24]));
});

test('it strikes the calls that this takes, or what makes them, once they are done', () => {
  const struck = drawn(30 * hour, [files])
    .flatMap(late)
    .map((fault) => (fault.kind === 'crash' ? (fault.after ?? 'at its time') : fault.operation));
  expect(new Set(struck)).toEqual(new Set(['at its time', 'bank.file', 'file']));
  const wrong = { ...files, operations: ['bank.fill'] };
  expect(() => drawn(30 * hour, [wrong])).toThrow('names "bank.fill". Did you mean "bank.file"?');
});

test('two of five are crashes, and the others leave open what was done', () => {
  const kinds = drawn(hour, []).flatMap((storm) => late(storm).map(({ kind }) => kind));
  expect(new Set(kinds)).toEqual(new Set(['crash', 'drop-response', 'reset', 'error', 'hang']));
  expect(kinds.filter((kind) => kind === 'crash').length / kinds.length).toBeCloseTo(0.4, 1);
});

test('what is due depends on the settings of the storm', () => {
  const asked: object[] = [];
  drawStorm(1, {
    ...plain,
    quietTime(settings) {
      asked.push(settings);
      return { lengthMs: 0, due: [] };
    },
  });
  expect(asked).toEqual([{ days: 1 }]);
});
