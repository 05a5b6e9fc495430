import type { Attributes, Histogram, Meter, Span, Tracer } from '@opentelemetry/api';
import type { AttemptEnd, AttemptWatch, FlowObserver, TraceContext } from '../observer.ts';
import {
  context,
  createNoopMeter,
  metrics,
  propagation,
  ProxyTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from './library.ts';

/** Where its instruments and tracer come from, in OpenTelemetry's words: the instrumentation scope. */
const scope = '@firedrill/core/flows';
const system = 'firedrill';
/** Upper bounds in s, as the semantic conventions for messaging advise. */
const boundsS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const advice = { explicitBucketBoundaries: boundsS };

/**
 * Traces and metrics of a flow through OpenTelemetry's API, for the SDK that is registered: a span for
 * each event from outside and each attempt at a step, all of one correlation in one trace, also across
 * processes (with the propagator that is registered); and two histograms:
 *
 * - `messaging.process.duration` (s): how long attempts took, by flow, step, event and how they ended
 * - `firedrill.event.age` (s): from an event's publication to the beginning of an attempt
 *
 * Names follow the semantic conventions for messaging. Ids (event, correlation, causation, attempt)
 * are attributes of spans, never of metrics.
 *
 * @returns `undefined` when no SDK is registered: the flow then runs as without an observer. Register
 *   the SDK first, as for all instrumentation.
 */
export function openTelemetryObserver(): FlowObserver | undefined {
  const tracer = trace.getTracer(scope);
  const meter = metrics.getMeter(scope);
  const isTraced = !(tracer instanceof ProxyTracer);
  const isMetered = meter !== createNoopMeter();
  if (!isTraced && !isMetered) return undefined;
  const tracing = isTraced ? tracer : undefined;
  const metering = isMetered ? instrumentsOf(meter) : undefined;
  return {
    ...(tracing && { publish: (publication) => published(tracing, publication) }),
    begin: (attempt) => {
      const traced = tracing && tracedAttempt(tracing, attempt);
      const metered = metering && meteredAttempt(metering, attempt);
      return {
        ...traced,
        end(how, error) {
          traced?.end(how, error);
          metered?.(how, error);
        },
      };
    },
  };
}

type Attempt = Parameters<FlowObserver['begin']>[0];
type Publication = Parameters<NonNullable<FlowObserver['publish']>>[0];

function published(tracer: Tracer, { flow, event, id }: Publication) {
  const span = tracer.startSpan(`send ${event}`, {
    kind: SpanKind.PRODUCER,
    attributes: {
      'messaging.system': system,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': event,
      'messaging.message.id': id,
      'messaging.message.conversation_id': id,
      'firedrill.flow': flow,
    },
  });
  return {
    traceContext: traceContextOf(span),
    end(error?: unknown) {
      if (error !== undefined) fail(span, error);
      span.end();
    },
  };
}

/** A child of what its event follows from: one trace shows the whole correlation. */
function tracedAttempt(tracer: Tracer, { flow, step, event, attempt }: Attempt): AttemptWatch {
  const cause = propagation.extract(ROOT_CONTEXT, event.traceContext ?? {});
  const span = tracer.startSpan(
    `process ${step}`,
    {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': system,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': event.name,
        'messaging.message.id': event.id,
        'messaging.message.conversation_id': event.correlationId,
        'firedrill.flow': flow,
        'firedrill.step': step,
        'firedrill.attempt': attempt,
        ...(event.causationId !== undefined && { 'firedrill.causation_id': event.causationId }),
      },
    },
    cause,
  );
  const { traceId, spanId } = span.spanContext();
  return {
    ids: { traceId, spanId },
    traceContext: traceContextOf(span),
    within: (run) => context.with(trace.setSpan(context.active(), span), run),
    end(how, error) {
      span.setAttribute('firedrill.outcome', how);
      if (error !== undefined) fail(span, error);
      span.end();
    },
  };
}

function traceContextOf(span: Span): TraceContext | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  return Object.keys(carrier).length === 0 ? undefined : carrier;
}

function fail(span: Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : String(error));
  span.setAttribute('error.type', typeOf(error));
  span.setStatus({
    code: SpanStatusCode.ERROR,
    message: error instanceof Error ? error.message : String(error),
  });
}

const typeOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

interface Instruments {
  readonly duration: Histogram;
  readonly age: Histogram;
}

function instrumentsOf(meter: Meter): Instruments {
  return {
    duration: meter.createHistogram('messaging.process.duration', {
      unit: 's',
      description: 'Duration of attempts at a step.',
      advice,
    }),
    age: meter.createHistogram('firedrill.event.age', {
      unit: 's',
      description: 'Time from the publication of an event to the beginning of an attempt.',
      advice,
    }),
  };
}

function meteredAttempt(
  { duration, age }: Instruments,
  { flow, step, event, atMs }: Attempt,
): (how: AttemptEnd, error: unknown) => void {
  const names: Attributes = {
    'messaging.system': system,
    'messaging.operation.name': 'process',
    'messaging.destination.name': event.name,
    'firedrill.flow': flow,
    'firedrill.step': step,
  };
  // Two machines' clocks do not agree: an age below zero is none.
  age.record(Math.max(0, atMs - event.atMs) / 1_000, names);
  const sinceMs = performance.now();
  return (how, error) => {
    duration.record((performance.now() - sinceMs) / 1_000, {
      ...names,
      'firedrill.outcome': how,
      ...(error !== undefined && { 'error.type': typeOf(error) }),
    });
  };
}
