import { faker } from '@faker-js/faker';
import { expect, it } from 'vitest';

import { seedFaker, simulate } from './index.ts';

async function people(seed: number): Promise<unknown[]> {
  const { value } = await simulate({ seed, start: '2026-11-27T14:00:00Z' }, (sim) => {
    seedFaker(faker, sim.random('people'));
    return [faker.person.fullName(), faker.string.uuid(), faker.date.recent({ days: 1 })];
  });
  return value;
}

it('a seeded faker makes the same people, around the virtual date', async () => {
  const first = await people(1);
  expect(await people(1)).toEqual(first);
  expect(await people(2)).not.toEqual(first);
  const recent = first.at(-1);
  expect(recent).toBeInstanceOf(Date);
  expect(String(recent)).toMatch(/Nov 2[67] 2026/);
});
