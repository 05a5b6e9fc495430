import type { Random } from './random.ts';

/** The part of a faker instance (`@faker-js/faker`) that is needed to seed it. */
export interface SeedableFaker {
  seed(seed: number[]): unknown;
}

/**
 * Seeds a faker from a stream, so that it makes the same people and products in every run. Its dates
 * without a reference follow the virtual clock by themselves. Seed it in the body of the simulation:
 * faker keeps its state from run to run.
 */
export function seedFaker(faker: SeedableFaker, random: Random): void {
  faker.seed(Array.from({ length: 4 }, () => random.integer(0, 0xffffffff)));
}
