import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { incidentNames } from '../../src/incidents.ts';

test('the twins of every incident have their test', () => {
  const ending = '.int.test.ts';
  const tested = readdirSync(import.meta.dirname).filter((file) => file.endsWith(ending));
  expect(tested.map((file) => file.slice(0, -ending.length)).toSorted()).toEqual(
    [...incidentNames].toSorted(),
  );
});
