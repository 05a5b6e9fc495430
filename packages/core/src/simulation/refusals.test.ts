import crypto from 'node:crypto';
import timersPromises from 'node:timers/promises';

import { expect, it } from 'vitest';

import { simulate } from './index.ts';

const ignore = (): void => undefined;

/** What code without types gives where it should not. */
const oddities: readonly unknown[] = [
  'x',
  null,
  -1,
  0.5,
  NaN,
  Infinity,
  {},
  [],
  [1],
  true,
  Symbol('odd'),
  10n,
  ignore,
  new Float32Array(2),
];

/** Calls a function of an object by its name, as it is at that moment. */
function call(owner: object, name: string, ...args: unknown[]): unknown {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new Error(`there is no ${name}`);
  return Reflect.apply(method, owner, args);
}

/** Calls it on something else. */
function detached(owner: object, name: string, self: unknown, ...args: unknown[]): unknown {
  const method: unknown = Reflect.get(owner, name);
  if (typeof method !== 'function') throw new Error(`there is no ${name}`);
  return Reflect.apply(method, self, args);
}

const promises = timersPromises;
const { scheduler } = timersPromises;
const bytes = (): Uint8Array => new Uint8Array(3);

const ways: readonly [string, (odd: unknown) => unknown][] = [
  [
    'the callback of setTimeout',
    (odd) => clearTimeout(Number(call(globalThis, 'setTimeout', odd, 1))),
  ],
  [
    'the delay of setTimeout',
    (odd) => clearTimeout(Number(call(globalThis, 'setTimeout', ignore, odd))),
  ],
  [
    'the delay of setInterval',
    (odd) => clearTimeout(Number(call(globalThis, 'setInterval', ignore, odd))),
  ],
  ['the callback of setImmediate', (odd) => void call(globalThis, 'setImmediate', odd)],
  ['what clearTimeout clears', (odd) => call(globalThis, 'clearTimeout', odd)],
  ['what clearImmediate clears', (odd) => call(globalThis, 'clearImmediate', odd)],
  ['the delay of a promise', (odd) => call(promises, 'setTimeout', odd)],
  ['the options of a promise', (odd) => call(promises, 'setTimeout', 1, 'value', odd)],
  ['the signal of a promise', (odd) => call(promises, 'setTimeout', 1, 'value', { signal: odd })],
  ['the ref of a promise', (odd) => call(promises, 'setTimeout', 1, 'value', { ref: odd })],
  ['the options of an immediate', (odd) => call(promises, 'setImmediate', 'value', odd)],
  ['the delay of scheduler.wait', (odd) => call(scheduler, 'wait', odd)],
  ['the options of scheduler.wait', (odd) => call(scheduler, 'wait', 1, odd)],
  ['scheduler.wait of something else', (odd) => detached(scheduler, 'wait', odd, 1)],
  [
    'the delay of an asynchronous interval',
    (odd) => call(Object(call(promises, 'setInterval', odd)), 'next'),
  ],
  ['the delay of AbortSignal.timeout', (odd) => void call(AbortSignal, 'timeout', odd)],
  ['the time of hrtime', (odd) => void call(process, 'hrtime', odd)],
  ['performance.now of something else', (odd) => void detached(performance, 'now', odd)],
  ['getRandomValues', (odd) => void call(globalThis.crypto, 'getRandomValues', odd)],
  [
    'getRandomValues of something else',
    (odd) => void detached(globalThis.crypto, 'getRandomValues', odd, bytes()),
  ],
  ['randomUUID of something else', (odd) => void detached(globalThis.crypto, 'randomUUID', odd)],
  ['the options of randomUUID', (odd) => void call(crypto, 'randomUUID', odd)],
  [
    'an option of randomUUID',
    (odd) => void call(crypto, 'randomUUID', { disableEntropyCache: odd }),
  ],
  [
    'the size of randomBytes',
    (odd) => void call(crypto, 'randomBytes', odd === Infinity ? -1 : odd),
  ],
  ['the callback of randomBytes', (odd) => void call(crypto, 'randomBytes', 3, odd)],
  ['the maximum of randomInt', (odd) => void call(crypto, 'randomInt', odd)],
  ['the second argument of randomInt', (odd) => void call(crypto, 'randomInt', 1, odd)],
  ['the callback of randomInt', (odd) => void call(crypto, 'randomInt', 1, 3, odd)],
  ['what randomFillSync fills', (odd) => void call(crypto, 'randomFillSync', odd)],
  ['the offset of randomFillSync', (odd) => void call(crypto, 'randomFillSync', bytes(), odd)],
  ['the size of randomFillSync', (odd) => void call(crypto, 'randomFillSync', bytes(), 1, odd)],
  ['what randomFill fills', (odd) => void call(crypto, 'randomFill', odd, ignore)],
  ['the offset of randomFill', (odd) => void call(crypto, 'randomFill', bytes(), odd, ignore)],
  ['the callback of randomFill', (odd) => void call(crypto, 'randomFill', bytes(), odd)],
  ['the date of a format', (odd) => void call(new Intl.DateTimeFormat('en'), 'formatToParts', odd)],
];

/** How each oddity is taken: what it is refused with, or that it is not. */
async function taken(way: (odd: unknown) => unknown): Promise<string[]> {
  const results: string[] = [];
  for (const odd of oddities) {
    try {
      const settled = await Promise.race([
        way(odd),
        new Promise((resolve) => setTimeout(resolve, 5)),
      ]);
      results.push(settled instanceof Error ? settled.message : 'taken');
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      results.push(`${name} ${String(Reflect.get(Object(error), 'code'))}: ${message}`);
    }
  }
  return results;
}

it.each(ways)('what Node refuses as %s is refused in its own words', async (_, way) => {
  const really = await taken(way);
  const { value: virtually } = await simulate({ seed: 1, start: 0 }, () => taken(way));
  expect(virtually).toEqual(really);
});
