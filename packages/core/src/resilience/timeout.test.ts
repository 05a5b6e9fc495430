import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { simulate } from '../simulation/index.ts';
import { CallTimeoutError } from './errors.ts';
import { outcomeOf } from './outcomes/outcome-of.ts';
import { sleep } from './sleep.ts';
import { createTimeout } from './timeout.ts';

const inVirtualTime = async <T>(body: () => Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start: 0 }, body)).value;

describe('a time limit', () => {
  test('lets answers and failures in time through as they are', async () => {
    await inVirtualTime(async () => {
      const timeout = createTimeout({ timeoutMs: 100 });
      expect(await timeout.execute(() => sleep(99).then(() => 'answer'))).toBe('answer');
      const failing = timeout.execute(() => sleep(99).then(() => Promise.reject(new Error('no'))));
      await expect(failing).rejects.toThrow('no');
      await expect(
        timeout.execute(() => {
          throw new Error('at once');
        }),
      ).rejects.toThrow('at once');
    });
  });

  test('ends a call that takes longer, and aborts its signal, with an error of unknown outcome', async () => {
    await inVirtualTime(async () => {
      let signal: AbortSignal | undefined;
      const timeout = createTimeout({ timeoutMs: 100 });
      const error = await timeout
        .execute((context) => {
          ({ signal } = context);
          return new Promise(() => {});
        })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CallTimeoutError);
      expect(error).toMatchObject({ code: 'CALL_TIMEOUT', timeoutMs: 100 });
      expect(outcomeOf(error)).toBe('unknown');
      expect(performance.now()).toBe(100);
      expect(signal?.reason).toBe(error);
    });
  });

  test('hands on that the caller hung up, and leaves no listener and no timer behind', async () => {
    const { timersLeft } = await simulate({ seed: 1, start: 0 }, async () => {
      const controller = new AbortController();
      const timeout = createTimeout({ timeoutMs: 100 });
      await timeout.execute(() => 'quick', controller.signal);
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      const call = timeout.execute(
        ({ signal }) =>
          new Promise((_, reject) => {
            // oxlint-disable-next-line prefer-promise-reject-errors -- the caller chose the reason
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
        controller.signal,
      );
      controller.abort('gone');
      await expect(call).rejects.toBe('gone');
      await expect(timeout.execute(() => 'never', controller.signal)).rejects.toBe('gone');
    });
    expect(timersLeft).toBe(0);
  });

  test('of a month is one, not a millisecond, and of Infinity is none', async () => {
    await simulate({ seed: 1, start: 0, maxVirtualMs: 1e11 }, async () => {
      const month = 30 * 86_400_000;
      const timeout = createTimeout({ timeoutMs: month });
      expect(await timeout.execute(() => sleep(month - 1).then(() => 'in time'))).toBe('in time');
      await expect(timeout.execute(() => sleep(month + 1))).rejects.toThrow(CallTimeoutError);
      const none = createTimeout({ timeoutMs: Infinity });
      expect(await none.execute(() => sleep(month).then(() => 'late'))).toBe('late');
    });
  });

  test('counts an answer that came in time although a blocked event loop kept it unheard', async () => {
    const { port1: server, port2: client } = new MessageChannel();
    const timeout = createTimeout({ timeoutMs: 20 });
    const call = timeout.execute(
      () =>
        new Promise((resolve) => {
          client.once('message', resolve);
          // It has arrived from here on: what is missing is a turn of the event loop to hear it in.
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port, no window
          server.postMessage('answer');
        }),
    );
    const untilMs = performance.now() + 60;
    while (performance.now() < untilMs);
    expect(await call).toBe('answer');
    client.close();
  });

  test('counts what its observer throws', async () => {
    await inVirtualTime(async () => {
      const timeout = createTimeout({
        timeoutMs: 1,
        onTimeout: () => Promise.reject(new Error('broken')),
      });
      await expect(timeout.execute(() => new Promise(() => {}))).rejects.toThrow(CallTimeoutError);
      expect(timeout.observerFailures).toBe(1);
    });
  });

  test.each([0, -1, Number.NaN])('of %d is refused by name and value', (timeoutMs) => {
    expect(() => createTimeout({ timeoutMs })).toThrow(
      `timeoutMs must be a number above 0, got ${timeoutMs}`,
    );
  });
});
