import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type BreakersOptions, createBreakers } from './breakers.ts';
import { BreakerOpenError } from '../errors.ts';

const options: BreakersOptions = {
  failureThreshold: { consecutive: 1 },
  halfOpenAfterMs: { initialMs: 1_000, maxMs: 60_000 },
};
const down = async (): Promise<never> => {
  throw new Error('down');
};
const cancelled = (): Promise<never> => Promise.reject(new DOMException('aborted', 'AbortError'));
const up = async (): Promise<string> => 'up';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

/** A call that ends when its caller hangs up. */
const listening = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
  new Promise((_, reject) => {
    // oxlint-disable-next-line prefer-promise-reject-errors -- the caller chose the reason
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

const given = (change: Partial<BreakersOptions> = {}) => createBreakers({ ...options, ...change });
type Given = ReturnType<typeof given>;

async function hangUp(
  breakers: Given,
  fn: (context: { readonly signal: AbortSignal }) => unknown = listening,
  reason?: unknown,
): Promise<void> {
  const controller = new AbortController();
  const call = breakers.execute('cards', fn, controller.signal).catch(() => {});
  controller.abort(reason);
  await call;
}

async function open(breakers: Given): Promise<void> {
  await expect(breakers.execute('cards', down)).rejects.toThrow('down');
  vi.advanceTimersByTime(1_000);
}

test.each([undefined, 'gone', new Error('the page was left')])(
  'callers who hang up, with %s, do not open the breaker of a healthy downstream',
  async (reason) => {
    const breakers = given();
    for (let call = 0; call < 5; call += 1) await hangUp(breakers, listening, reason);
    expect(breakers.state('cards')).toBe('closed');
  },
);

test('a caller who hangs up does not end a row of failures either', async () => {
  const breakers = given({ failureThreshold: { consecutive: 2 } });
  await expect(breakers.execute('cards', down)).rejects.toThrow('down');
  await hangUp(breakers);
  await hangUp(breakers, async () => 'answered all the same');
  await expect(breakers.execute('cards', down)).rejects.toThrow('down');
  expect(breakers.state('cards')).toBe('open');
});

test('a probe whose caller hangs up is given back: the next call probes, the period stays', async () => {
  const breakers = given();
  await open(breakers);
  for (let probe = 0; probe < 5; probe += 1) {
    await hangUp(breakers);
    expect(breakers.state('cards')).toBe('half-open');
  }
  await expect(breakers.execute('cards', down)).rejects.toThrow('down');
  const refusal = await breakers.execute('cards', up).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ retryAfterMs: 2_000 });
});

test('a probe is given back when its caller hangs up, also by a call that does not listen', async () => {
  const breakers = given();
  await open(breakers);
  const controller = new AbortController();
  const deaf = Promise.withResolvers<string>();
  const call = breakers.execute('cards', () => deaf.promise, controller.signal);
  await expect(breakers.execute('cards', up)).rejects.toThrow(BreakerOpenError);
  controller.abort();
  deaf.resolve('too late to decide');
  expect(await call).toBe('too late to decide');
  expect(breakers.state('cards')).toBe('half-open');
  expect(await breakers.execute('cards', up)).toBe('up');
  expect(breakers.state('cards')).toBe('closed');
});

test('a call cancelled by a signal that the breaker never saw says nothing either', async () => {
  const breakers = given();
  await expect(breakers.execute('cards', cancelled)).rejects.toThrow('aborted');
  expect(breakers.state('cards')).toBe('closed');
  const strict = given({ isIgnored: () => false });
  await expect(strict.execute('cards', cancelled)).rejects.toThrow('aborted');
  expect(strict.state('cards')).toBe('open');
});

test('a time limit is no hang-up: who does not answer in time has failed', async () => {
  for (const reason of [
    new DOMException('too slow', 'TimeoutError'),
    Object.assign(new Error('too slow'), { code: 'HANDLER_TIMEOUT' }),
  ]) {
    const breakers = given();
    await hangUp(breakers, listening, reason);
    expect(breakers.state('cards')).toBe('open');
  }
});

test('what hangs up leaves no listener behind on a long-lived signal', async () => {
  const breakers = given();
  await open(breakers);
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  await breakers.execute('cards', up, signal);
  await breakers.execute('cards', up, signal);
  expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
});
