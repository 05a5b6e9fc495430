import { expect, expectTypeOf, test } from 'vitest';
import { createFallback } from './fallback.ts';

const down = new Error('down');
const fail = async (): Promise<string> => {
  throw down;
};

test('a fallback stands in for a call that fails, and for no other', async () => {
  const fallback = createFallback({ fallback: ({ error }) => ({ insteadOf: error }) });
  const result = await fallback.execute(fail);
  expectTypeOf(result).toEqualTypeOf<string | { insteadOf: unknown }>();
  expect(result).toEqual({ insteadOf: down });
  expect(await fallback.execute(async () => 'up')).toBe('up');
});

test('it leaves alone what it does not handle, and what the caller cancelled', async () => {
  const picky = createFallback({ fallback: () => 'cached', isHandled: (error) => error !== down });
  await expect(picky.execute(fail)).rejects.toBe(down);
  const controller = new AbortController();
  const fallback = createFallback({ fallback: () => 'cached' });
  const call = fallback.execute(async () => {
    controller.abort('gone');
    throw down;
  }, controller.signal);
  await expect(call).rejects.toBe(down);
  await expect(fallback.execute(fail, controller.signal)).rejects.toBe('gone');
});

test('what the fallback throws reaches the caller, and what its observer throws is counted', async () => {
  const fallback = createFallback({
    fallback: () => Promise.reject(new Error('nothing cached')),
    onFallback: () => {
      throw new Error('broken');
    },
  });
  await expect(fallback.execute(fail)).rejects.toThrow('nothing cached');
  expect(fallback.observerFailures).toBe(1);
});
