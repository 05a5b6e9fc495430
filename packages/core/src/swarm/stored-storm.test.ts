import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultKinds } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';
import { readStoredStorm, type StoredStorm, storedStormText } from './stored-storm.ts';

const targets = [
  { name: 'till', kind: 'service', operations: ['pay', 'find'], keys: 'guests' },
  { name: 'app', kind: 'process', operations: [], keys: undefined },
] as const;

const stored = (seed: number): StoredStorm => ({
  implementation: 'careless',
  expects: { breaks: 'paid-once' },
  found: 'a cup is paid twice',
  ...drawStorm(seed, { targets, kinds: faultKinds, small: {}, settings: { tables: [1, 9] } }),
});

test('a storm that was written is read back as it was', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (seed) => {
      const storm = stored(seed);
      expect(readStoredStorm('a.json', storedStormText(storm))).toEqual(storm);
      const holds: StoredStorm = { ...storm, expects: 'holds' };
      expect(readStoredStorm('a.json', storedStormText(holds))).toEqual(holds);
    }),
  );
});

const refusal = (text: string): string => {
  try {
    readStoredStorm('a.json', text);
  } catch (error) {
    return error instanceof RangeError ? error.message : `no RangeError: ${String(error)}`;
  }
  return 'not refused';
};

describe('a damaged file is refused with a sentence', () => {
  const { load } = stored(1);
  const fault = { id: 'a', kind: 'hang', service: 'till', fromMs: 0, toMs: 500 };
  const changed = (change: object): string =>
    refusal(JSON.stringify({ ...stored(1), faults: [fault], ...change }));
  const remedy = 'Write it with "pnpm swarm", or correct it.';

  test('whatever is wrong, in one line that names the file and the remedy', () => {
    const messages = [
      refusal(''),
      refusal('{'),
      refusal('[]'),
      refusal('null'),
      changed({ seed: -1 }),
      changed({ load: 'spike' }),
      changed({ more: 1, and: 2 }),
      changed({ faults: [{ ...fault, kind: 'flood' }] }),
    ];
    for (const message of messages) {
      expect(message).toMatch(/^Failed to read the storm a\.json: [^\n]*[^.\n]\. Write it with/);
      expect(message.endsWith(remedy)).toBe(true);
    }
  });

  test.each([
    ['a seed that is none', { seed: -1 }, 'seed: '],
    ['an expectation that is none', { expects: 'breaks' }, 'expects: '],
    ['an implementation that is missing', { implementation: undefined }, 'implementation: '],
    ['a setting that is no number', { settings: { tables: 'many' } }, 'settings.tables: '],
    ['a field that nobody knows', { laod: load }, '"laod"'],
    ['a shape that no load has', { load: { ...load, shape: 'wave' } }, 'load.shape: '],
    ['a load that no line could hold', { load: { ...load, factor: 101 } }, 'load.factor: '],
    ['a run that is over at once', { load: { ...load, durationMs: 999 } }, 'load.durationMs: '],
    ['a fault without an id', { faults: [{ ...fault, id: undefined }] }, 'faults.0.id: '],
    ['a kind of fault that is none', { faults: [{ ...fault, kind: 'flood' }] }, '"flood"'],
    ['a fault that ends too early', { faults: [{ ...fault, toMs: 0 }] }, 'hang fault.toMs 0'],
    [
      'a fault after the end of the run',
      { faults: [{ ...fault, toMs: load.durationMs + 1 }] },
      'fault "a" ends after the load',
    ],
    ['two faults of one id', { faults: [fault, fault] }, 'two faults have it'],
  ])('%s', (_, change, part) => {
    expect(changed(change)).toContain(part);
  });
});
