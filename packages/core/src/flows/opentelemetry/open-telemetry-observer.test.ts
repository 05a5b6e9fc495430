import { context, metrics, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type DataPoint,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../../simulation/index.ts';
import {
  createMemoryBroker,
  type FlowLogEntry,
  type FlowTypes,
  flowWords,
  PermanentError,
  runInMemory,
} from '../index.ts';
import { openTelemetryObserver } from './index.ts';

const order = z.object({ id: z.string() });
const events = { placed: order, paid: order };

interface Small extends FlowTypes {
  readonly events: typeof events;
  readonly outside: object;
  readonly tables: object;
}
const { step, defineFlow } = flowWords<Small>();
const byNature = { byNature: 'it only notes' };
const retry = {
  maxAttempts: 2,
  backoff: { initialMs: 1, maxMs: 1, factor: 1, jitter: 'none' },
} as const;

const small = defineFlow({
  name: 'small',
  events,
  steps: [
    step('pay', {
      on: 'placed',
      idempotent: byNature,
      retry,
      async run(data, { attempt, log }) {
        trace.getTracer('test').startSpan('call of the bank').end();
        log('info', 'paying');
        if (attempt === 1) throw new Error('no answer');
        return { event: 'paid', data };
      },
    }),
    step('thank', {
      on: 'paid',
      idempotent: byNature,
      run({ id }) {
        throw new PermanentError(`nobody knows ${id}`);
      },
    }),
    step('wait', {
      on: 'paid',
      idempotent: byNature,
      retry: { maxAttempts: 1 },
      timeoutMs: 1,
      run: () => new Promise(() => {}),
    }),
  ],
});

async function runOnce(observer = openTelemetryObserver()) {
  const log: FlowLogEntry[] = [];
  await simulate({ seed: 1, start: '2026-01-05T08:00:00Z' }, async () => {
    const flow = runInMemory(small, {
      outside: {},
      broker: createMemoryBroker(small).connect(),
      observer,
      log: (entry) => log.push(entry),
    });
    await flow.publish('placed', { id: 'a' }, { id: 'order-a' });
    await flow.onIdle();
    await flow.stop();
  });
  return log;
}

test('without an SDK there is no observer, and nothing travels with the events', async () => {
  expect(openTelemetryObserver()).toBeUndefined();
  const log = await runOnce();
  expect(log.length).toBeGreaterThan(0);
  expect(log.filter((entry) => 'traceId' in entry)).toEqual([]);
});

describe('with an SDK for traces', () => {
  const spans = new InMemorySpanExporter();
  beforeEach(() => {
    spans.reset();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
    );
  });
  afterEach(() => {
    for (const api of [trace, context, propagation]) api.disable();
  });

  test('all of one correlation is one trace, each attempt a child of what caused it', async () => {
    await runOnce();
    const all = spans.getFinishedSpans();
    const named = (name: string) => all.filter((each) => each.name === name);
    expect(new Set(all.map((each) => each.spanContext().traceId)).size).toBe(1);
    const [sent] = named('send placed');
    const [first, second] = named('process pay');
    const parentOf = (name: string) =>
      named(name).map(({ parentSpanContext }) => parentSpanContext?.spanId);
    const sentId = sent?.spanContext().spanId;
    expect(sentId).toBeDefined();
    expect(parentOf('process pay')).toEqual([sentId, sentId]);
    expect(parentOf('process thank')).toEqual([second?.spanContext().spanId]);
    // What a step calls belongs to its attempt.
    expect(parentOf('call of the bank')).toEqual([
      first?.spanContext().spanId,
      second?.spanContext().spanId,
    ]);
  });

  test('spans carry the ids of the event and how the attempt ended, a time-out too', async () => {
    await runOnce();
    const told = spans
      .getFinishedSpans()
      .filter(({ name }) => name.startsWith('process'))
      .map(({ name, attributes, status }) => [
        name.slice('process '.length),
        attributes['firedrill.attempt'],
        attributes['firedrill.outcome'],
        attributes['error.type'],
        status.code === SpanStatusCode.ERROR,
      ]);
    expect(told).toEqual([
      ['pay', 1, 'retried', 'Error', true],
      ['pay', 2, 'done', undefined, false],
      ['thank', 1, 'dead', 'PermanentError', true],
      ['wait', 1, 'dead', 'StepTimeoutError', true],
    ]);
    const thank = spans.getFinishedSpans().find(({ name }) => name === 'process thank');
    expect(thank?.attributes).toMatchObject({
      'firedrill.flow': 'small',
      'messaging.destination.name': 'paid',
      'messaging.message.conversation_id': 'order-a',
      'firedrill.causation_id': 'order-a',
    });
  });

  test('each entry of the log has the ids of the event, and those of the span of its attempt', async () => {
    const log = await runOnce();
    const spanOf = new Map(
      spans.getFinishedSpans().map((each) => [each.spanContext().spanId, each]),
    );
    for (const { step: name, attempt, correlationId, traceId, spanId = '' } of log) {
      const span = spanOf.get(spanId);
      expect(span?.spanContext().traceId).toBe(traceId);
      expect(span?.attributes).toMatchObject({
        'firedrill.step': name,
        'firedrill.attempt': attempt,
      });
      expect(correlationId).toBe('order-a');
    }
    expect(log.map(({ text }) => text)).toContain('paying');
  });
});

test('with an SDK for metrics, durations and ages are counted by step and outcome, without ids', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  try {
    await runOnce();
    await provider.forceFlush();
    const found = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap((each) => each.metrics);
    const points = (name: string) =>
      found
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }): readonly DataPoint<unknown>[] => dataPoints);
    const told = points('messaging.process.duration').map(({ attributes, value }) => [
      attributes['firedrill.step'],
      attributes['firedrill.outcome'],
      typeof value === 'object' && value !== null && 'count' in value ? value.count : undefined,
    ]);
    expect(told).toEqual([
      ['pay', 'retried', 1],
      ['pay', 'done', 1],
      ['thank', 'dead', 1],
      ['wait', 'dead', 1],
    ]);
    expect(points('firedrill.event.age')).toHaveLength(3);
    expect(JSON.stringify(found)).not.toContain('order-a');
  } finally {
    await provider.shutdown();
    metrics.disable();
  }
});
