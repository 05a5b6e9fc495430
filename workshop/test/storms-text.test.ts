import type { UnseenResult } from '@firedrill/core/workshop';
import { expect, test } from 'vitest';
import { faultsOf, stormsText } from '../src/storms-text.ts';

const survived: UnseenResult = {
  seed: 7,
  broken: undefined,
  storm: "pnpm swarm shop --load=spike,factor=1 --fault='tills:hang@1m-2m'",
};
const broken = { rule: 'no-double-charge', text: 'nobody is charged twice: 2 double charges' };
const whole: UnseenResult = { ...survived, isWhole: true };

test('storms that nobody has seen are counted, and that of the incident is named', () => {
  expect(stormsText([])).toBe('0 storms that nobody has seen: survived');
  expect(stormsText([survived])).toBe('1 storm that nobody has seen: survived');
  expect(stormsText([survived, survived, whole])).toBe(
    '2 storms that nobody has seen, and that of the incident in full: survived',
  );
});

test('the storm that broke something is told by its seed, or as that of the incident', () => {
  expect(stormsText([survived, { ...survived, seed: 8, broken }])).toBe(
    'Storm 2 that nobody has seen (seed 8): nobody is charged twice: 2 double charges',
  );
  expect(stormsText([survived, { ...whole, broken }])).toBe(
    'The storm of the incident in full: nobody is charged twice: 2 double charges',
  );
});

test('faults and load of a storm are as they are typed', () => {
  expect(faultsOf(survived)).toEqual(['spike,factor=1', 'tills:hang@1m-2m']);
});
