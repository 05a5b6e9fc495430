import { ServiceError, ServiceTimeoutError } from '@firedrill/core/services';
import { expect, test } from 'vitest';
import { createPatience, type Patience } from '../src/implementations/hardened/patience.ts';
import { inPlace } from './in-place.ts';

const withPatience = (
  body: (at: {
    readonly patience: Patience;
    readonly unknown: () => number;
    readonly elapsedMs: () => number;
  }) => Promise<void>,
): Promise<void> => {
  let unknown = 0;
  return inPlace(
    {},
    ({ random }) => createPatience(random('patience'), () => (unknown += 1)),
    ({ part: patience, context: { elapsedMs } }) =>
      body({ patience, elapsedMs, unknown: () => unknown }),
  );
};

const failure = (status: number) => new ServiceError('bank', 'charge', status, 'no');
const silence = new ServiceTimeoutError('bank', 'charge', 100);

/** Fails so often with an error, and then gives the answer; counts. */
function failing(times: number, error: unknown) {
  const tried = { times: 0 };
  const call = async (): Promise<string> => {
    tried.times += 1;
    if (tried.times <= times) throw error;
    return 'done';
  };
  return { call, tried };
}

const nothing = async () => undefined;

test.each([400, 404, 409, 422, 499])(
  'a service that says %i is not asked the same again',
  (status) =>
    withPatience(async ({ patience, unknown }) => {
      const { call, tried } = failing(1, failure(status));
      await expect(patience.certain(call, nothing)).rejects.toMatchObject({ status });
      expect(tried.times).toBe(1);
      expect(unknown()).toBe(0);
    }),
);

test.each([429, 500, 503, 599])(
  'a service that says %i may say otherwise a little later',
  (status) =>
    withPatience(async ({ patience, elapsedMs, unknown }) => {
      const passing = failing(1, failure(status));
      expect(await patience.certain(passing.call, nothing)).toBe('done');
      const startedMs = elapsedMs();
      const lasting = failing(Infinity, failure(status));
      await expect(patience.certain(lasting.call, nothing)).rejects.toMatchObject({ status });
      expect(lasting.tried.times).toBeGreaterThan(1);
      expect(lasting.tried.times).toBeLessThanOrEqual(4);
      expect(elapsedMs()).toBeGreaterThan(startedMs);
      expect(unknown()).toBe(0);
    }),
);

test('what is unknown is asked about, and repeated only when it took no effect', () =>
  withPatience(async ({ patience, unknown }) => {
    const done = failing(Infinity, silence);
    expect(await patience.certain(done.call, async () => 'known')).toBe('known');
    expect(done.tried.times).toBe(1);
    expect(unknown()).toBe(1);
    const lost = failing(1, silence);
    expect(await patience.certain(lost.call, nothing)).toBe('done');
    expect(lost.tried.times).toBe(2);
    expect(unknown()).toBe(2);
  }));

test('what stays unknown is given up within seconds', () =>
  withPatience(async ({ patience, elapsedMs }) => {
    const { call } = failing(Infinity, silence);
    const ask = async (): Promise<undefined> => {
      throw silence;
    };
    await expect(patience.certain(call, ask)).rejects.toBe(silence);
    expect(elapsedMs()).toBeLessThan(20_000);
  }));

test('what may not be given up is tried until it succeeds, whatever it fails with, and not in a hurry', () =>
  withPatience(async ({ patience, elapsedMs }) => {
    for (const error of [silence, failure(503), failure(400), new TypeError('defect')]) {
      const startedMs = elapsedMs();
      const { call, tried } = failing(30, error);
      expect(await patience.persist(call)).toBe('done');
      expect(tried.times).toBe(31);
      // The first pauses are short, the later ones up to ten seconds.
      expect(elapsedMs() - startedMs).toBeGreaterThan(100_000);
      expect(elapsedMs() - startedMs).toBeLessThan(300_000);
    }
    const startedMs = elapsedMs();
    await patience.persist(failing(1, silence).call);
    expect(elapsedMs() - startedMs).toBeLessThanOrEqual(200);
  }));

test('what is of no use later is given up then', () =>
  withPatience(async ({ patience, elapsedMs }) => {
    const { call } = failing(Infinity, silence);
    await expect(patience.persist(call, 30_000)).rejects.toBe(silence);
    expect(elapsedMs()).toBeGreaterThanOrEqual(30_000);
    expect(elapsedMs()).toBeLessThan(40_000);
  }));
