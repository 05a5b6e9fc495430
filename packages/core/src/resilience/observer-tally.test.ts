import { expect, test } from 'vitest';
import { ObserverTally } from './observer-tally.ts';

test('an observer that throws or rejects does so to nobody, and is counted', async () => {
  const observers = new ObserverTally();
  observers.tell(() => {
    throw new Error('broken observer');
  }, 'event');
  observers.tell(async () => {
    throw new Error('broken later');
  }, 'event');
  observers.tell(
    // oxlint-disable-next-line unicorn/no-thenable -- what a hand-written promise may look like
    () => ({ then: (_: unknown, reject: (error: unknown) => void) => reject('own promise') }),
    'event',
  );
  observers.tell(async () => 'told', 'event');
  await new Promise((resolve) => setImmediate(resolve));
  expect(observers.failures).toBe(3);
});

test('no observer is no failure', () => {
  const observers = new ObserverTally();
  observers.tell(undefined, 'event');
  expect(observers.failures).toBe(0);
});
