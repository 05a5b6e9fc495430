import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../../simulation/index.ts';
import { engineContract } from '../contract/engine-contract.ts';
import { createMemoryBroker, type FlowTypes, flowWords, runInMemory } from '../index.ts';

const start = '2026-01-05T08:00:00Z';

engineContract({
  async within({ flow, outside, processes = 1, log }, body) {
    await simulate({ seed: 1, start }, async () => {
      const broker = createMemoryBroker(flow);
      const running = Array.from({ length: processes }, () =>
        runInMemory(flow, { outside, broker: broker.connect(), ...(log && { log }) }),
      );
      await body(running);
      await Promise.all(running.map((each) => each.stop()));
    });
  },
});

const events = { asked: z.object({ n: z.number() }), done: z.object({ n: z.number() }) };

interface Small extends FlowTypes {
  readonly events: typeof events;
  readonly outside: { readonly seen: string[] };
  readonly tables: object;
}

const { step, defineFlow } = flowWords<Small>();
const byNature = { byNature: 'it only notes' };
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('on core’s hooks, under virtual time', () => {
  test('an event that is held back comes at its time, a schedule at multiples of its own', () =>
    simulate({ seed: 1, start }, async () => {
      const seen: string[] = [];
      const flow = defineFlow({
        name: 'timed',
        events,
        steps: [
          step('note', {
            on: 'asked',
            idempotent: byNature,
            delayMs: 1_500,
            run: ({ n }, { outside, now }) =>
              void outside.seen.push(`${n} ${new Date(now()).toISOString().slice(14, 23)}`),
          }),
        ],
        schedules: { hourly: { event: 'asked', everyMs: 60_000, data: () => ({ n: 2 }) } },
      });
      const broker = createMemoryBroker(flow);
      const own = { outside: { seen } };
      const one = runInMemory(flow, { ...own, broker: broker.connect() });
      const two = runInMemory(flow, { ...own, broker: broker.connect() });
      await one.publish('asked', { n: 1 });
      await sleep(125_000);
      await Promise.all([one.close(), two.close()]);
      expect(seen).toEqual(['1 00:01.500', '2 01:01.500', '2 02:01.500']);
    }));

  test('a process that goes away loses its turn, and nothing else; what its ghost says does not count', () =>
    simulate({ seed: 1, start }, async () => {
      const seen: string[] = [];
      const flow = defineFlow({
        name: 'crashing',
        events,
        steps: [
          step('slow', {
            on: 'asked',
            idempotent: { key: ({ n }) => `${n}` },
            async run({ n }, { outside, attempt }) {
              outside.seen.push(`${n} attempt ${attempt}`);
              await sleep(1_000);
              return { event: 'done', data: { n } };
            },
          }),
          step('count', {
            on: 'done',
            idempotent: byNature,
            run: ({ n }, { outside }) => void outside.seen.push(`${n} done`),
          }),
        ],
      });
      const broker = createMemoryBroker(flow);
      const first = broker.connect();
      const dying = runInMemory(flow, { outside: { seen }, broker: first });
      await dying.publish('asked', { n: 1 });
      await sleep(500);
      first.disconnect('interrupted');
      const next = runInMemory(flow, { outside: { seen }, broker: broker.connect() });
      await next.onIdle();
      expect(seen).toEqual(['1 attempt 1', '1 attempt 1', '1 done']);
      await sleep(5_000);
      expect(broker.counts()).toEqual({ waiting: 0, delayed: 0, active: 0, done: 2, dead: 0 });
      await next.close();
    }));

  test('a step that answers at once goes on from event to event, far beyond a chain of hooks', () =>
    simulate({ seed: 1, start }, async () => {
      const seen: string[] = [];
      const flow = defineFlow({
        name: 'countdown',
        events,
        maxChainLength: 10_000,
        steps: [
          step('count', {
            on: 'asked',
            idempotent: { key: ({ n }) => String(n) },
            key: () => 'one line',
            run: ({ n }, { outside, attempt }) => {
              outside.seen.push(attempt === 1 ? String(n) : `${n} again`);
              return n === 0 ? undefined : { event: 'asked', data: { n: n - 1 } };
            },
          }),
        ],
      });
      const broker = createMemoryBroker(flow);
      const running = runInMemory(flow, { outside: { seen }, broker: broker.connect() });
      await running.publish('asked', { n: 3_000 });
      await running.close();
      expect(broker.counts()).toMatchObject({ done: 3_001, dead: 0 });
      expect(seen).toEqual(Array.from({ length: 3_001 }, (_, index) => String(3_000 - index)));
    }));

  test('what followed from a dead letter does not follow again from its replay', () =>
    simulate({ seed: 1, start }, async () => {
      const seen: string[] = [];
      let isBroken = true;
      const flow = defineFlow({
        name: 'mended',
        events,
        steps: [
          step('fail', {
            on: 'asked',
            idempotent: byNature,
            retry: { maxAttempts: 1 },
            run: ({ n }) => {
              if (isBroken) throw new Error('not yet');
              return { event: 'done', data: { n } };
            },
            whenDead: ({ n }) => ({ event: 'done', data: { n } }),
          }),
          step('note', {
            on: 'done',
            idempotent: byNature,
            run: ({ n }, { outside }) => void outside.seen.push(String(n)),
          }),
        ],
      });
      const broker = createMemoryBroker(flow);
      const running = runInMemory(flow, { outside: { seen }, broker: broker.connect() });
      await running.publish('asked', { n: 1 });
      await running.onIdle();
      isBroken = false;
      await running.deadLetters.replay();
      await running.close();
      expect(seen).toEqual(['1']);
      expect(broker.counts()).toMatchObject({ done: 2, dead: 0 });
    }));

  test('an attempt that takes too long is over, its signal aborted, and its late end does not count', () =>
    simulate({ seed: 1, start }, async () => {
      const seen: string[] = [];
      const flow = defineFlow({
        name: 'late',
        events,
        steps: [
          step('wait', {
            on: 'asked',
            idempotent: byNature,
            timeoutMs: 100,
            concurrency: 1,
            retry: {
              maxAttempts: 2,
              backoff: { initialMs: 10, maxMs: 10, factor: 1, jitter: 'none' },
            },
            async run({ n }, { outside, attempt, signal }) {
              signal.addEventListener('abort', () => outside.seen.push(`aborted ${attempt}`));
              await sleep(attempt === 1 ? 1_000 : 10);
              outside.seen.push(`end ${attempt}`);
              return { event: 'done', data: { n: n * 10 + attempt } };
            },
          }),
          step('count', {
            on: 'done',
            idempotent: byNature,
            run: ({ n }, { outside }) => void outside.seen.push(`done ${n}`),
          }),
        ],
      });
      const one = runInMemory(flow, {
        outside: { seen },
        broker: createMemoryBroker(flow).connect(),
      });
      await one.publish('asked', { n: 1 });
      await sleep(2_000);
      await one.close();
      expect(seen).toEqual(['aborted 1', 'end 2', 'done 12', 'end 1']);
    }));

  test('an open breaker holds events back and uses up none of their attempts; a step has its workers', () =>
    simulate({ seed: 1, start }, async () => {
      let calls = 0;
      let most = 0;
      let now = 0;
      const flow = defineFlow({
        name: 'breaking',
        events,
        steps: [
          step('call', {
            on: 'asked',
            idempotent: byNature,
            concurrency: 3,
            retry: { maxAttempts: 6 },
            breaker: { failureThreshold: { consecutive: 3 }, halfOpenAfterMs: 5_000 },
            async run() {
              calls += 1;
              now += 1;
              most = Math.max(most, now);
              await sleep(50);
              now -= 1;
              if (Date.now() < Date.parse(start) + 60_000) throw new Error('down');
            },
          }),
        ],
      });
      const one = runInMemory(flow, {
        outside: { seen: [] },
        broker: createMemoryBroker(flow).connect(),
      });
      for (let n = 0; n < 20; n += 1) await one.publish('asked', { n });
      await one.close();
      expect(most).toBe(3);
      // A probe every five seconds, instead of twenty events that are tried again and again.
      expect(calls).toBeLessThan(40);
      expect(await one.deadLetters.list()).toEqual([]);
    }));
});

test.each([
  [{ concurrency: 0 }, 'call.concurrency is 0'],
  [{ timeoutMs: 0 }, 'call.timeoutMs is 0'],
  [{ retry: { maxAttempts: 0 } }, 'call.retry.maxAttempts is 0'],
  [{ delayMs: -1 }, 'call.delayMs is -1'],
  [{ idempotent: { byNature: ' ' } }, 'call.idempotent.byNature is empty'],
])('a step that makes no sense is refused: %o', (wrong, message) => {
  const bad = step('call', { on: 'asked', idempotent: byNature, run: () => {}, ...wrong });
  expect(() => defineFlow({ name: 'bad', events, steps: [bad] })).toThrow(message);
});
