import { expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { sleep } from './sleep.ts';

test('a sleep of months is one, with and without a signal', async () => {
  const { signal } = new AbortController();
  const { value } = await simulate({ seed: 1, start: 0, maxVirtualMs: 1e11 }, async () => {
    await sleep(5e9);
    const firstMs = performance.now();
    await sleep(5e9, signal);
    return [firstMs, performance.now()];
  });
  expect(value).toEqual([5e9, 1e10]);
});

test('a sleep for ever is ended by its signal only, and leaves no timer', async () => {
  const { value, timersLeft } = await simulate({ seed: 1, start: 0 }, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort('enough'), 1_000);
    return sleep(Infinity, controller.signal).catch((reason: unknown) => reason);
  });
  expect([value, timersLeft]).toEqual(['enough', 0]);
});

test('a delay that is no number is refused, one that is over is none', async () => {
  await expect(sleep(Number.NaN)).rejects.toThrow('delayMs must be a number, got NaN');
  await sleep(-5);
});
