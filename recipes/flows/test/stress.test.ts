import { checkData } from '@firedrill/core/flows';
import { expect, test } from 'vitest';
import { dayEvents } from '../src/many/day-events.ts';
import { flowOf } from '../src/many/flow-of.ts';
import { stressInMemory } from '../src/many/stress.ts';
import { stressText } from '../src/many/stress-text.ts';
import { example } from '../src/orders/example.ts';

test('a busy day is the same each time, each of its events once, and as the door takes them', async () => {
  const events = await dayEvents(example, 1, 30);
  expect(await dayEvents(example, 1, 30)).toEqual(events);
  expect(events.length).toBeGreaterThan(15);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const flow = await flowOf(example);
  for (const { event, data } of events) await checkData(flow, event, data);
});

test('everything that was taken in under stress is finished, and each has a latency', async () => {
  const events = await dayEvents(example, 1, 30);
  const signal = new AbortController().signal;
  const { latenciesMs, ...figures } = await stressInMemory(example, events, {
    seed: 1,
    seconds: 0.05,
    signal,
  });
  expect(figures.isAtRest).toBe(true);
  expect(latenciesMs).toHaveLength(figures.events);
  expect(figures.steps).toBeGreaterThanOrEqual(figures.events);
  expect(figures.bytesPerEvent).toBeGreaterThan(0);
});

test('whoever interrupts is told what was measured until then', async () => {
  const events = await dayEvents(example, 1, 30);
  const figures = await stressInMemory(example, events, {
    seed: 1,
    seconds: 60,
    signal: AbortSignal.abort(),
  });
  const run = { flow: 'orders', engine: 'memory', workers: 0, sent: events.length };
  const text = stressText(figures, { ...run, isInterrupted: true });
  expect(text).toContain('on memory, in this process, interrupted');
  expect(text).toContain('0 samples');
});

test('a percentile is told where ten samples lie beyond it, with the number of samples', () => {
  const run = { flow: 'orders', engine: 'bullmq', workers: 4, sent: 9, isInterrupted: false };
  const of = (length: number) =>
    stressText(
      {
        events: length,
        steps: length,
        seconds: 1,
        cpuSeconds: undefined,
        latenciesMs: Float64Array.from({ length }, (_, index) => index),
        bytesPerEvent: 100,
        isAtRest: true,
      },
      run,
    );
  expect(of(999)).toMatch(/latency +p50 499 ms, p90 899 ms, max 998 ms \(999 samples/);
  expect(of(1_000)).toMatch(/p99 990 ms, max 999 ms \(1,000 samples/);
});
