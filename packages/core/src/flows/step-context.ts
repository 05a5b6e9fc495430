import type { FlowEvent } from './flow-event.ts';
import type { DataOf, EventOf, FlowTypes } from './step.ts';

/** A level of a log entry, as in OpenTelemetry and syslog. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a step is handed besides the data of its event. */
export interface StepContext<F extends FlowTypes, Name extends EventOf<F> = EventOf<F>> {
  readonly event: FlowEvent<Name, DataOf<F, Name>>;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /**
   * The same for every run of this step on this work: to be handed to every service that can tell a
   * repetition by it.
   */
  readonly idempotencyKey: string;
  /** Aborted when the time limit passes, or the flow gives up on it. Made when it is first read. */
  readonly signal: AbortSignal;
  readonly outside: F['outside'];
  readonly tables: Tables<F['tables']>;
  /** The wall clock, in ms since 1970 (UTC). */
  readonly now: () => number;
  /** Writes an entry of the log, with the ids of the event. */
  readonly log: (level: LogLevel, text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/**
 * Tables of entries by their key. What a step writes becomes visible when it ends well, all of it at
 * once, with the events that follow; of a step that fails, nothing is written. When another step has
 * changed an entry since it was read here, the step runs again on the new one.
 */
export interface Tables<T extends object> {
  /** The entry, or `undefined`. It is frozen: make a new one to change it. */
  get<Table extends keyof T & string>(table: Table, key: string): Promise<T[Table] | undefined>;
  set<Table extends keyof T & string>(table: Table, key: string, entry: T[Table]): void;
  delete(table: keyof T & string, key: string): void;
}
