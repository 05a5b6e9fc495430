import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BreakersOptions, createBreakers } from './breakers.ts';
import type { SavedBreakers } from './saved-breakers.ts';

const options: BreakersOptions = {
  failureThreshold: { consecutive: 3 },
  halfOpenAfterMs: { initialMs: 1_000, maxMs: 8_000 },
};
const down = async (): Promise<never> => {
  throw new Error('down');
};
const up = async (): Promise<string> => 'up';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

async function fail(breakers: ReturnType<typeof createBreakers>, key: string, times: number) {
  for (let call = 0; call < times; call += 1) {
    await expect(breakers.execute(key, down)).rejects.toThrow('down');
  }
}

/** What another process reads. */
const travel = (saved: SavedBreakers): SavedBreakers => JSON.parse(JSON.stringify(saved));

test('the next process goes on where the last one was: open for the rest, failures counted', async () => {
  const first = createBreakers(options);
  await fail(first, 'open', 3);
  await fail(first, 'failing', 2);
  await first.execute('healthy', up);
  vi.advanceTimersByTime(400);
  const saved = travel(first.save());
  expect(saved.breakers.map(({ key }) => key)).toEqual(['failing', 'open']);

  vi.advanceTimersByTime(100);
  const onChange = vi.fn<() => void>();
  const next = createBreakers({ ...options, saved, onChange });
  expect(onChange).not.toHaveBeenCalled();
  const refusal = await next.execute('open', up).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'BREAKER_OPEN', retryAfterMs: 500 });
  await fail(next, 'failing', 1);
  expect(next.state('failing')).toBe('open');
  vi.advanceTimersByTime(500);
  await fail(next, 'open', 1);
  const longer = await next.execute('open', up).catch((error: unknown) => error);
  expect(longer).toMatchObject({ retryAfterMs: 2_000 });
  expect(next.counts()).toEqual({ closed: 0, open: 2, halfOpen: 0, isolated: 0 });
});

test('a probe and an isolation end with their process', async () => {
  const first = createBreakers(options);
  await fail(first, 'probing', 3);
  vi.advanceTimersByTime(1_000);
  void first.execute('probing', () => new Promise(() => {}));
  first.isolate('isolated');
  const next = createBreakers({ ...options, saved: travel(first.save()) });
  expect([next.state('probing'), next.state('isolated')]).toEqual(['open', 'closed']);
  expect(await next.execute('probing', up)).toBe('up');
});

test('a clock that went back holds no breaker open for longer than its period', async () => {
  const first = createBreakers(options);
  await fail(first, 'open', 3);
  const saved = first.save();
  vi.setSystemTime(0);
  const next = createBreakers({ ...options, saved });
  const refusal = await next.execute('open', up).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ retryAfterMs: 1_000 });
});

test.each([
  [{ version: 2, breakers: [] }, 'saved.version must be 1'],
  [{ version: 1, breakers: [{ key: 'a', state: 'ajar' }] }, 'saved.breakers[0].state'],
  [
    { version: 1, breakers: [{ key: 'a', state: 'open', openings: 0, retryAtMs: 1 }] },
    'saved.breakers[0].openings must be a whole number of at least 1, got 0',
  ],
  [
    { version: 1, breakers: [{ key: 'a', state: 'open', openings: 1, retryAtMs: null }] },
    'saved.breakers[0].retryAtMs must be a number of at least 0, got null',
  ],
  [
    {
      version: 1,
      breakers: [{ key: 'a', state: 'closed', count: { kind: 'consecutive', failures: -1 } }],
    },
    'saved.breakers[0].count.failures must be',
  ],
])('a saved state %o that is none is refused by name and value', (saved, message) => {
  const read: SavedBreakers = JSON.parse(JSON.stringify(saved));
  expect(() => createBreakers({ ...options, saved: read })).toThrow(message);
});
