import { expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { withPatience } from './patience.ts';
import { sleep } from './sleep.ts';

const after = <T>(ms: number, act: () => T): Promise<T> =>
  new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(act());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });

const broken = new Error('broken');
const fail = (): never => {
  throw broken;
};

test('whoever waits hears an answer or a failure in time, and nothing that comes later', async () => {
  const { value } = await simulate({ seed: 1, start: 0 }, async () => {
    return {
      answered: await withPatience(
        after(999, () => 'yes'),
        1_000,
      ),
      failed: await withPatience(after(999, fail), 1_000),
      late: await withPatience(
        after(1_001, () => 'yes'),
        1_000,
      ),
      failedLate: await withPatience(after(1_001, fail), 1_000),
    };
  });
  expect(value).toEqual({
    answered: { kind: 'answered', answer: 'yes' },
    failed: { kind: 'failed', error: broken },
    late: { kind: 'timed-out' },
    failedLate: { kind: 'timed-out' },
  });
});

test('a patience of a month is one, and one of Infinity never ends', async () => {
  const month = 30 * 86_400_000;
  const { value } = await simulate({ seed: 1, start: 0, maxVirtualMs: 1e11 }, async () => [
    await withPatience(sleep(month - 1), month),
    await withPatience(sleep(month + 1), month),
    await withPatience(sleep(month), Infinity),
  ]);
  expect(value).toMatchObject([{ kind: 'answered' }, { kind: 'timed-out' }, { kind: 'answered' }]);
});
