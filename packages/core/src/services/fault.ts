import type { Latency } from './latency.ts';

/** Every way in which a service can be made to fail. */
export const faultKinds = [
  'hang',
  'error',
  'slow',
  'reset',
  'flap',
  'duplicate',
  'reorder',
  'drop-response',
  'cut',
  'dribble',
  'corrupt',
  'partition',
  'crash',
  'clock',
] as const;
/** What a fault does to whom it strikes. */
export type FaultKind = (typeof faultKinds)[number];

/** What all faults have: whom they strike, when, and which share. */
interface Strike<Kind extends FaultKind> {
  readonly kind: Kind;
  /** Unique in a run. Default `${service}-${kind}-${n}`. */
  readonly id?: string;
  /** Name of the service, channel or process. */
  readonly service: string;
  /** One operation only. Default: all of them. */
  readonly operation?: string;
  /** Milliseconds since the start: requests sent from here on are struck. */
  readonly fromMs: number;
  /** Milliseconds since the start: requests sent from here on are spared. */
  readonly toMs: number;
  /** 0 to 1. Default 1. */
  readonly share?: number;
  /**
   * Share of what: of the calls, each drawn by itself, or of the keys, the same ones for the whole
   * run; then a call without a key is spared. Default `calls`.
   */
  readonly of?: 'calls' | 'keys';
}

/** No answer, nothing performed; what still waits when the fault ends has its connection reset. */
export type HangFault = Strike<'hang'>;

/** Answers with an error status, and performs nothing. */
export interface ErrorFault extends Strike<'error'> {
  /** 400 to 599. Default 503. */
  readonly status?: number;
}

/** Takes longer: another latency, or the usual one multiplied. */
export type SlowFault = Strike<'slow'> &
  (
    | { readonly latency: Latency; readonly factor?: never }
    | { readonly factor: number; readonly latency?: never }
  );

/** Breaks the connection: after the work is done, or at once and with nothing done. */
export interface ResetFault extends Strike<'reset'> {
  /** Whether the operation is performed. Default: drawn for each call, half of them. */
  readonly performed?: boolean;
}

/** Comes and goes: the first `downMs` of each period answer with 503, the rest is well. */
export interface FlapFault extends Strike<'flap'> {
  readonly periodMs: number;
  readonly downMs: number;
}

/** Delivers the request again, shortly after: it is performed more than once. */
export interface DuplicateFault extends Strike<'duplicate'> {
  /** Deliveries besides the first. Default 1. */
  readonly copies?: number;
}

/** Adds a random delay, so that later requests overtake earlier ones. */
export interface ReorderFault extends Strike<'reorder'> {
  /** The longest delay. */
  readonly delayMs: number;
}

/** Performs the operation and loses the answer: without a time-out the caller waits for ever. */
export type DropResponseFault = Strike<'drop-response'>;

/** Performs the operation, and the answer breaks off on its way: the caller cannot read it. */
export type CutFault = Strike<'cut'>;

/** Performs the operation in its time; the answer dribbles in and is complete only later. */
export interface DribbleFault extends Strike<'dribble'> {
  /** From the first byte of the answer to the last. */
  readonly forMs: number;
}

/**
 * Changes something of a message on its way, as a broken switch or memory does: one character of a text, one bit of
 * a number. The checksums of a network let some of that through (Stone and Partridge 2000). Only what is checked from
 * end to end can be struck: of anything else nobody could tell.
 */
export type CorruptFault = Strike<'corrupt'>;

/**
 * The network between a process and a service is split: what is sent does not arrive and is not performed,
 * and answers of what was performed are lost. What still waits when the fault ends has its connection reset.
 * Others reach the service as ever, and visitors the process.
 */
export interface PartitionFault extends Strike<'partition'> {
  /** Name of the process that is cut off. Default: all of them. */
  readonly process?: string;
}

/** A process loses its memory, and comes back when the fault ends. Stores remain. */
export interface CrashFault extends Strike<'crash'> {
  /**
   * The operation after which it crashes, as `service.operation`, or the service, for any of its operations:
   * with the first one that is performed within the time of the fault, whoever called, before its answer is
   * there; with none, not at all. Default: it crashes when the fault begins.
   */
  readonly after?: string;
}

/** The wall clock of a process is wrong. */
export interface ClockFault extends Strike<'clock'> {
  /** How far it is ahead (or behind, if negative). */
  readonly byMs: number;
}

/** A cause of trouble, as data. */
export type Fault =
  | HangFault
  | ErrorFault
  | SlowFault
  | ResetFault
  | FlapFault
  | DuplicateFault
  | ReorderFault
  | DropResponseFault
  | CutFault
  | DribbleFault
  | CorruptFault
  | PartitionFault
  | CrashFault
  | ClockFault;

/** A fault that has its id. */
export type IdentifiedFault = Fault & { readonly id: string };
