import type { Fault, FaultKind, IdentifiedFault } from './fault.ts';
import type { Latency } from './latency.ts';

/** A fault as a run record shows it. */
export interface FaultInfo {
  readonly id: string;
  readonly service: string;
  readonly kind: FaultKind;
  readonly fromMs: number;
  readonly toMs: number;
  readonly label: string;
}

/**
 * A fault as a run record shows it: who, what and when.
 *
 * @throws TypeError for a fault without an id, which `identifyFaults` gives it
 */
export function faultInfo(fault: IdentifiedFault, keys?: string): FaultInfo {
  const { id, service, kind, fromMs, toMs } = fault;
  if (id === undefined) {
    throw new TypeError(
      `Invalid ${kind} fault of ${service}: it has no id. Pass the schedule through identifyFaults.`,
    );
  }
  return { id, service, kind, fromMs, toMs, label: faultLabel(fault, keys) };
}

/**
 * One line for people, e.g. `webhooks: 40 % of merchants hang`.
 *
 * @param keys what the keys of the service are, in the plural
 */
export function faultLabel(fault: Fault, keys = 'keys'): string {
  const { service, operation, share = 1 } = fault;
  if (fault.kind === 'crash' || fault.kind === 'clock' || fault.kind === 'partition') {
    return `${service} ${effect(fault)}`;
  }
  const of = fault.of === 'keys' ? keys : 'calls';
  const target = operation === undefined ? service : `${service}.${operation}`;
  const which = share === 1 ? `all ${of}` : `${Number((share * 100).toPrecision(3))} % of ${of}`;
  return `${target}: ${which} ${effect(fault)}`;
}

// oxlint-disable-next-line typescript/consistent-return -- the switch knows every kind
function effect(fault: Fault): string {
  switch (fault.kind) {
    case 'hang':
      return 'hang';
    case 'error':
      return `fail with status ${fault.status ?? 503}`;
    case 'slow':
      return fault.latency === undefined
        ? `take ${fault.factor} times as long`
        : `take ${describeLatency(fault.latency)}`;
    case 'reset':
      return resetEffect(fault.performed);
    case 'flap':
      return `fail for ${time(fault.downMs)} of every ${time(fault.periodMs)}`;
    case 'duplicate':
      return `are delivered ${(fault.copies ?? 1) + 1} times`;
    case 'reorder':
      return `come up to ${time(fault.delayMs)} late, out of order`;
    case 'drop-response':
      return 'are performed and lose their answer';
    case 'cut':
      return 'are performed, and their answer breaks off';
    case 'dribble':
      return `are performed, and their answer takes ${time(fault.forMs)} to come in`;
    case 'corrupt':
      return 'arrive with something in them changed';
    case 'partition':
      return `cannot be reached by ${fault.process ?? 'anybody'}`;
    case 'crash':
      return fault.after === undefined ? 'crashes' : `crashes as ${fault.after} is done`;
    case 'clock':
      return `has a clock that is ${time(Math.abs(fault.byMs))} ${fault.byMs > 0 ? 'fast' : 'slow'}`;
  }
}

function resetEffect(performed: boolean | undefined): string {
  if (performed === undefined) return 'have their connection reset';
  return performed
    ? 'are performed, then have their connection reset'
    : 'have their connection reset before they are performed';
}

function describeLatency(latency: Latency): string {
  return 'fixedMs' in latency
    ? time(latency.fixedMs)
    : `${time(latency.p50Ms)} (p99 ${time(latency.p99Ms)})`;
}

const time = (ms: number): string => (ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`);
