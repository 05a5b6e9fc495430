import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeadLetters, type Letter } from './dead-letters.ts';
import { DeadLettersFullError } from './errors.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function letter(item: number, change: Partial<Letter<number>> = {}): Letter<number> {
  const error = new Error('timed out');
  return { item, key: 'm1', reason: 'attempts-exhausted', error, attempts: 6, atMs: 7, ...change };
}

function given(...items: readonly number[]) {
  const letters = createDeadLetters<number>({ capacity: 10 });
  for (const item of items) letters.add(letter(item));
  const left = (): number[] => letters.entries().map(({ item }) => item);
  return { letters, left };
}

const deliver = async (): Promise<void> => {};

test('letters are kept in order and counted by key', () => {
  const { letters } = given();
  letters.add(letter(1));
  letters.add(letter(2, { key: 'm2' }));
  letters.add(letter(3));
  expect(letters.entries().map(({ item }) => item)).toEqual([1, 2, 3]);
  expect(letters.size).toBe(3);
  expect(letters.countByKey()).toEqual(
    new Map([
      ['m1', 2],
      ['m2', 1],
    ]),
  );
});

test('a letter that does not fit is refused with its error, and the others stay', () => {
  const added: number[] = [];
  const letters = createDeadLetters<number>({
    capacity: 1,
    onAdd: ({ item }) => void added.push(item),
  });
  letters.add(letter(1));
  const second = letter(2);
  expect(() => letters.add(second)).toThrow(DeadLettersFullError);
  expect(() => letters.add(second)).toThrow(
    expect.objectContaining({
      code: 'DEAD_LETTERS_FULL',
      key: 'm1',
      capacity: 1,
      cause: second.error,
    }),
  );
  expect(letters.entries()).toEqual([letter(1)]);
  expect(added).toEqual([1]);
});

test('a replay takes out what succeeds and keeps what fails, with the new error', async () => {
  const { letters } = given(1, 2, 3);
  const stillDown = new Error('still down');
  const report = await letters.replay(async ({ item }) => {
    if (item === 2) throw stillDown;
  });
  expect(report).toEqual({ replayed: 2, failed: 1, remaining: 1 });
  expect(letters.entries()).toEqual([letter(2, { error: stillDown, attempts: 7 })]);
  expect(letters.countByKey()).toEqual(new Map([['m1', 1]]));
});

test('a handler that throws before it returns a promise fails its letter only', async () => {
  const { letters, left } = given(1, 2);
  const report = await letters.replay(({ item }) => {
    if (item === 1) throw new Error('synchronous');
    return deliver();
  });
  expect(report).toEqual({ replayed: 1, failed: 1, remaining: 1 });
  expect(left()).toEqual([1]);
});

test('letters added during a replay wait for the next one', async () => {
  const { letters, left } = given(1);
  const report = await letters.replay(async ({ item }) => {
    letters.add(letter(item + 1));
    throw new Error('down');
  });
  expect(report).toEqual({ replayed: 0, failed: 1, remaining: 2 });
  expect(left()).toEqual([1, 2]);
});

test('a letter in replay keeps its place, so that its failure always fits', async () => {
  const letters = createDeadLetters<number>({ capacity: 1 });
  letters.add(letter(1));
  await letters.replay(async () => {
    expect(() => letters.add(letter(2))).toThrow(DeadLettersFullError);
    throw new Error('down');
  });
  expect(letters.entries().map(({ item, attempts }) => [item, attempts])).toEqual([[1, 7]]);
});

test('two replays at once never hand out the same letter', async () => {
  const { letters } = given(1, 2);
  const handled: number[] = [];
  const slow = async ({ item }: Letter<number>): Promise<void> => {
    handled.push(item);
    await new Promise((resolve) => void setTimeout(resolve, 100));
    if (item === 1) throw new Error('down');
  };
  const first = letters.replay(slow);
  const second = letters.replay(slow);
  await vi.advanceTimersByTimeAsync(150);
  const third = letters.replay(slow);
  await vi.runAllTimersAsync();
  expect(await Promise.all([first, second, third])).toEqual([
    { replayed: 1, failed: 1, remaining: 1 },
    { replayed: 0, failed: 0, remaining: 2 },
    { replayed: 0, failed: 0, remaining: 2 },
  ]);
  expect(handled).toEqual([1, 2]);
});

test('the filter chooses, the rate paces and the concurrency bounds a replay', async () => {
  const { letters, left } = given(1, 2, 3, 4, 5);
  const startedAtMs: number[] = [];
  let running = 0;
  let most = 0;
  const replay = letters.replay(
    async () => {
      startedAtMs.push(Date.now());
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => void setTimeout(resolve, 350));
      running -= 1;
    },
    { filter: ({ item }) => item !== 3, ratePerSecond: 10, concurrency: 2 },
  );
  await vi.runAllTimersAsync();
  expect(await replay).toEqual({ replayed: 4, failed: 0, remaining: 1 });
  expect(startedAtMs).toEqual([0, 100, 350, 450]);
  expect(Date.now()).toBe(800);
  expect(most).toBe(2);
  expect(left()).toEqual([3]);
});

test('an aborted replay starts nothing more, waits for what it started and can be repeated', async () => {
  const { letters, left } = given(1, 2, 3);
  const controller = new AbortController();
  const replay = letters.replay(deliver, { ratePerSecond: 1, signal: controller.signal });
  await vi.advanceTimersByTimeAsync(1_500);
  controller.abort();
  expect(await replay).toEqual({ replayed: 2, failed: 0, remaining: 1 });
  expect(left()).toEqual([3]);
  expect(vi.getTimerCount()).toBe(0);
  expect(await letters.replay(deliver)).toEqual({ replayed: 1, failed: 0, remaining: 0 });
});

test('a replay with bad options hands out nothing and holds nothing back', async () => {
  const { letters } = given(1);
  await expect(letters.replay(deliver, { concurrency: 0 })).rejects.toThrow(
    'concurrency must be a whole number of at least 1, got 0',
  );
  await expect(letters.replay(deliver, { ratePerSecond: -1 })).rejects.toThrow('ratePerSecond');
  expect(await letters.replay(deliver)).toEqual({ replayed: 1, failed: 0, remaining: 0 });
});

test('a capacity below one is refused', () => {
  expect(() => createDeadLetters({ capacity: 0 })).toThrow(
    new RangeError('capacity must be a whole number of at least 1, got 0'),
  );
});

test('nothing is lost or doubled over random replays, additions and aborts', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 100 }) }),
    fc.record({
      do: fc.constant('replay' as const),
      failsEvery: fc.integer({ min: 1, max: 4 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      abortAfterMs: fc.integer({ min: 1, max: 200 }),
      key: fc.constantFrom('a', 'b', 'c', undefined),
    }),
  );

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const letters = createDeadLetters<number>({ capacity: 12 });
      const attempts = new Map<number, number>();
      const delivered: number[] = [];
      const replays: Promise<{ replayed: number }>[] = [];
      const violations: string[] = [];
      let handled = 0;
      let added = 0;

      for (const next of steps) {
        if (next.do === 'add') {
          const isFull = letters.size === 12;
          let isRefused = false;
          try {
            letters.add(letter(added, { key: next.key, attempts: 0 }));
            added += 1;
          } catch (error) {
            isRefused = error instanceof DeadLettersFullError;
          }
          if (isRefused !== isFull)
            violations.push(`${letters.size} letters: refused ${isRefused}`);
        } else if (next.do === 'wait') await vi.advanceTimersByTimeAsync(next.ms);
        else {
          const controller = new AbortController();
          setTimeout(() => controller.abort(), next.abortAfterMs);
          replays.push(
            letters.replay(
              async ({ item }) => {
                handled += 1;
                const fails = handled % next.failsEvery === 0;
                attempts.set(item, (attempts.get(item) ?? 0) + 1);
                await new Promise((resolve) => void setTimeout(resolve, 30));
                if (fails) throw new Error('down');
                delivered.push(item);
              },
              {
                concurrency: next.concurrency,
                signal: controller.signal,
                filter: ({ key }) => next.key === undefined || key === next.key,
              },
            ),
          );
        }
      }
      await vi.runAllTimersAsync();

      expect(violations).toEqual([]);
      const reports = await Promise.all(replays);
      const kept = letters.entries();
      const all = [...delivered, ...kept.map(({ item }) => item)].toSorted((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: added }, (_, item) => item));
      expect(reports.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(delivered.length);
      expect([...letters.countByKey().values()].reduce((sum, n) => sum + n, 0)).toBe(letters.size);
      for (const { item, attempts: counted } of kept) expect(counted).toBe(attempts.get(item) ?? 0);
    }),
  );
});
