import type { ActiveFault } from './active-fault.ts';

/** What the faults do to one request. */
export interface Trouble {
  /** Decides what becomes of the request: the first that strikes it, in the order of the schedule. */
  readonly obstacle: ActiveFault | undefined;
  /** Delivers it again. */
  readonly duplicate: ActiveFault | undefined;
  /** Make it slower, one after the other. */
  readonly delays: readonly ActiveFault[];
}

/** Asks every fault about a request; `undefined` when none strikes. */
export function findTrouble(
  faults: readonly ActiveFault[],
  operation: string | undefined,
  key: string | undefined,
  nowMs: number,
  process?: string,
): Trouble | undefined {
  let struck: ActiveFault[] | undefined;
  for (const active of faults) {
    if (active.strikes(operation, key, nowMs, process)) (struck ??= []).push(active);
  }
  if (struck === undefined) return undefined;
  return {
    obstacle: struck.find((active) => !isDelay(active) && active.fault.kind !== 'duplicate'),
    duplicate: struck.find(({ fault }) => fault.kind === 'duplicate'),
    delays: struck.filter(isDelay),
  };
}

/**
 * How long a refusal takes that needs no work: a queue that is full, a connection that is reset at once. Not zero, or
 * a client that repeats at once would repeat for ever at one instant of virtual time.
 */
export const promptMs = 1;

/** How a call ends that does not reach whom it is for. */
export type Stop =
  /** Nobody answers, and the connection stands until the fault is over. */
  | { readonly kind: 'held'; readonly untilMs: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'reset' };

/** How a fault stops a call on its way; `undefined` when it lets the call arrive. Counts nothing. */
export function stopBy(active: ActiveFault): Stop | undefined {
  const { fault } = active;
  switch (fault.kind) {
    case 'hang':
    case 'partition':
      return { kind: 'held', untilMs: fault.toMs };
    case 'error':
      return { kind: 'refused', status: fault.status ?? 503 };
    case 'flap':
      return { kind: 'refused', status: 503 };
    case 'reset':
      return isPerformedBeforeReset(active) ? undefined : { kind: 'reset' };
    case 'slow':
    case 'duplicate':
    case 'reorder':
    case 'drop-response':
    case 'cut':
    case 'dribble':
    case 'corrupt':
    case 'crash':
    case 'clock':
      return undefined;
    default:
      throw new TypeError(`There is no fault ${JSON.stringify(fault satisfies never)}.`);
  }
}

/** The partition that lies now between a process and whom it asked. */
export function splitNow(
  partitions: readonly ActiveFault[],
  nowMs: number,
  process: string | undefined,
): ActiveFault | undefined {
  return partitions.find((active) => active.strikes(undefined, undefined, nowMs, process));
}

/** The latency with all delays, each counted as fired. */
export function delayed(latencyMs: number, { delays }: Trouble): number {
  let result = latencyMs;
  for (const active of delays) {
    active.fired += 1;
    result = active.delay(result);
  }
  return result;
}

function isDelay({ fault }: ActiveFault): boolean {
  return fault.kind === 'slow' || fault.kind === 'reorder';
}

/** A copy follows its original within this time, as a retransmission does. */
const copyWithinMs = 100;

/** When the copies of a duplicated request arrive, in milliseconds after it; counted as fired. */
export function copyDelays(active: ActiveFault): readonly number[] {
  if (active.fault.kind !== 'duplicate') return [];
  active.fired += 1;
  return Array.from({ length: active.fault.copies ?? 1 }, () =>
    active.random.integer(1, copyWithinMs),
  );
}

/** Whether a request is performed before its connection is reset. */
export function isPerformedBeforeReset(active: ActiveFault): boolean {
  return active.fault.kind === 'reset' && (active.fault.performed ?? active.random.chance(0.5));
}
