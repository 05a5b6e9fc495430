import type { FlowEvent } from './flow-event.ts';
import type { LogLevel } from './step-context.ts';

/** What an attempt at a delivery came to, as observers see it. */
export type AttemptEnd = 'done' | 'skipped' | 'retried' | 'held-back' | 'dead';

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
  readonly error?: unknown;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Hears of each attempt. `begin` gives back what hears of its end. */
export interface FlowObserver {
  readonly begin: (attempt: {
    readonly flow: string;
    readonly step: string;
    readonly event: FlowEvent;
    readonly attempt: number;
  }) => {
    /** Runs the step's code, so that what it starts belongs to this attempt. */
    readonly within?: <T>(run: () => T) => T;
    readonly end: (how: AttemptEnd, error?: unknown) => void;
  };
}
