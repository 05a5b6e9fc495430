import { expect, test } from 'vitest';
import { newPair, readPair } from './sensor-pair.ts';

const options = { frozenAfter: 3, apartC: 5, apartAfter: 2 };

function read(readings: readonly (readonly [number | null, number | null])[]) {
  let state = newPair;
  return readings.map(([a, b]) => {
    const reading = readPair(state, { a, b }, options);
    ({ state } = reading);
    return reading;
  });
}

test('two that agree are read as their mean, and the hotter one is told', () => {
  const [reading] = read([[180, 181]]);
  expect(reading).toMatchObject({ meanC: 180.5, highC: 181, fault: undefined });
});

test('one that says the very same is frozen, from the third repetition on', () => {
  const faults = read([
    [180, 180.1],
    [180, 180.2],
    [180, 180.3],
    [180, 180.4],
  ]).map(({ fault }) => fault);
  expect(faults).toEqual([undefined, undefined, undefined, 'frozen']);
});

test('a broken wire leaves the other one, and is a fault when it stays', () => {
  const [first, , third] = read([
    [null, 180.1],
    [null, 180.2],
    [null, 180.3],
  ]);
  expect(first).toMatchObject({ meanC: 180.1, fault: undefined });
  expect(third).toMatchObject({ meanC: 180.3, fault: 'missing' });
  expect(read([[null, null]])[0]).toMatchObject({ meanC: undefined, highC: undefined });
});

test('two that differ for long are not believed, either of them', () => {
  const faults = read([
    [180, 190],
    [180.1, 181],
    [180.2, 190],
    [180.3, 191],
  ]).map(({ fault }) => fault);
  expect(faults).toEqual([undefined, undefined, undefined, 'apart']);
});
