import { missingPeer } from '../../peers/index.ts';

/** The interface of OpenTelemetry is an optional peer. */
export const {
  context,
  createNoopMeter,
  metrics,
  propagation,
  ProxyTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} = await import('@opentelemetry/api').catch(
  missingPeer('@opentelemetry/api', 'for traces and metrics of flows'),
);
