import type { FlowEvent } from './flow-event.ts';
import type { LogLevel } from './step-context.ts';

/**
 * What an attempt at a delivery came to: its work was done; it had been done before; it is tried again;
 * a breaker has held it back; it is a dead letter; others had changed what it rests on, so that it is
 * made anew; or it was no longer this process's turn, so that nothing of it was kept.
 */
export type AttemptEnd =
  | 'done'
  | 'repeated'
  | 'retried'
  | 'held-back'
  | 'dead'
  | 'overtaken'
  | 'stale';

/** Context of a trace as it travels with an event, by the names of its headers (`traceparent`). */
export type TraceContext = Readonly<Record<string, string>>;

/** One entry of the log: plain data, for pino, OpenTelemetry or a file. */
export interface FlowLogEntry {
  readonly level: LogLevel;
  readonly text: string;
  /** In ms since 1970 (UTC). */
  readonly atMs: number;
  readonly flow: string;
  readonly step: string;
  readonly event: string;
  readonly eventId: string;
  readonly correlationId: string;
  readonly causationId: string | undefined;
  readonly attempt: number;
  /** Ids of the span of this attempt; there while an observer traces it. */
  readonly traceId?: string;
  readonly spanId?: string;
  readonly error?: unknown;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Hears of one attempt, from its beginning to its end. */
export interface AttemptWatch {
  /** Runs the step's code, so that what it starts belongs to this attempt. */
  readonly within?: <T>(run: () => T) => T;
  /** Travels with the events that follow from it. */
  readonly traceContext?: TraceContext | undefined;
  /** Goes into each entry of the log. */
  readonly ids?: { readonly traceId: string; readonly spanId: string } | undefined;
  /** Called once, when it is settled. Of an attempt whose process dies nobody hears the end. */
  readonly end: (how: AttemptEnd, error?: unknown) => void;
}

/** Hears of each publication from outside and each attempt of one process. Must not throw. */
export interface FlowObserver {
  readonly publish?: (publication: {
    readonly flow: string;
    readonly event: string;
    readonly id: string;
  }) => {
    readonly traceContext: TraceContext | undefined;
    /** @param error why it was not taken in; absent when it was */
    readonly end: (error?: unknown) => void;
  };
  readonly begin: (attempt: {
    readonly flow: string;
    readonly step: string;
    readonly event: FlowEvent;
    /** From 1. */
    readonly attempt: number;
    /** When it begins, in ms since 1970 (UTC), by the clock of the flow. */
    readonly atMs: number;
  }) => AttemptWatch;
}
