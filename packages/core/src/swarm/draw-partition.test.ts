import { expect, test } from 'vitest';
import { type FaultTarget, faultKinds } from '../services/index.ts';
import { drawStorm } from './draw-storm.ts';

const targets: readonly FaultTarget[] = [
  { name: 'store', kind: 'service', operations: ['read', 'write'], keys: undefined },
  { name: 'mail', kind: 'channel', operations: [], keys: undefined },
  { name: 'app-1', kind: 'process', operations: [], keys: undefined },
  { name: 'app-2', kind: 'process', operations: [], keys: undefined },
];
const space = { targets, kinds: faultKinds, small: {}, settings: {} };
const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
const storms = seeds.map((seed) => drawStorm(seed, space));
const splits = (storm: (typeof storms)[number]) =>
  storm.faults.flatMap((fault) => (fault.kind === 'partition' ? [fault] : []));

test('a network is split between one process, or all, and one service, or all that is outside', () => {
  const drawn = storms.map(splits).filter((each) => each.length > 0);
  expect(drawn.length).toBeGreaterThan(20);
  const whom = new Set(drawn.flat().map(({ process }) => process));
  expect(whom).toEqual(new Set([undefined, 'app-1', 'app-2']));
  expect(new Set(drawn.map(({ length }) => length))).toEqual(new Set([1, 2]));
});

test('what else a storm holds is the same without it', () => {
  const kinds = faultKinds.filter((kind) => kind !== 'partition');
  for (const [index, storm] of storms.entries()) {
    const plain = drawStorm(index + 1, { ...space, kinds });
    const others = storm.faults.filter(({ kind }) => kind !== 'partition');
    expect({ ...storm, faults: others }).toEqual(plain);
  }
});

test('alone it is in every storm', () => {
  for (const seed of seeds.slice(0, 30)) {
    const storm = drawStorm(seed, { ...space, kinds: ['partition'] });
    expect(splits(storm).length).toBeGreaterThan(0);
    expect(splits(storm)).toHaveLength(storm.faults.length);
  }
});
