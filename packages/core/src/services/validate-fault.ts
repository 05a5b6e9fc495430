import { faultKinds, type Fault } from './fault.ts';
import { validateLatency } from './latency.ts';

/**
 * Checks a fault that was given in code.
 *
 * @throws TypeError for a field that is missing, of the wrong type or not of this kind of fault;
 *   RangeError for a value out of range. Both name the field and the value.
 */
export function validateFault(fault: Fault): void {
  const owner = `${fault.kind} fault`;
  if (!faultKinds.includes(fault.kind)) {
    throw new TypeError(
      `Invalid fault kind "${String(fault.kind)}": use one of ${faultKinds.join(', ')}.`,
    );
  }
  for (const field of ['id', 'service', 'operation'] as const) {
    const value: unknown = fault[field];
    if (value === undefined && field !== 'service') continue;
    if (typeof value !== 'string' || value === '') {
      throw new TypeError(`Invalid ${owner}.${field} ${String(value)}: use a name.`);
    }
  }
  inRange(owner, 'fromMs', fault.fromMs, 0, Number.MAX_SAFE_INTEGER);
  inRange(owner, 'toMs', fault.toMs, 0, Number.MAX_SAFE_INTEGER);
  if (fault.toMs <= fault.fromMs) {
    throw new RangeError(
      `Invalid ${owner}.toMs ${fault.toMs}: use more than fromMs, which is ${fault.fromMs}.`,
    );
  }
  inRange(owner, 'share', fault.share ?? 1, 0, 1);
  if (fault.of !== undefined && fault.of !== 'calls' && fault.of !== 'keys') {
    throw new TypeError(`Invalid ${owner}.of "${String(fault.of)}": use "calls" or "keys".`);
  }
  for (const field of Object.keys(fault)) {
    if (!commonFields.has(field) && !ownFields[fault.kind].includes(field)) {
      throw new TypeError(`Invalid ${owner}: it has no field "${field}".`);
    }
  }
  validateOwnFields(fault, owner);
}

const commonFields = new Set([
  'kind',
  'id',
  'service',
  'operation',
  'fromMs',
  'toMs',
  'share',
  'of',
]);

const ownFields: Readonly<Record<Fault['kind'], readonly string[]>> = {
  hang: [],
  error: ['status'],
  slow: ['latency', 'factor'],
  reset: ['performed'],
  flap: ['periodMs', 'downMs'],
  duplicate: ['copies'],
  reorder: ['delayMs'],
  'drop-response': [],
};

function validateOwnFields(fault: Fault, owner: string): void {
  switch (fault.kind) {
    case 'error':
      inRange(owner, 'status', fault.status ?? 503, 400, 599, 'integer');
      break;
    case 'slow':
      if ((fault.latency === undefined) === (fault.factor === undefined)) {
        throw new TypeError(`Invalid ${owner}: give either latency or factor.`);
      }
      if (fault.latency === undefined) inRange(owner, 'factor', fault.factor, 0.001, 1e6);
      else validateLatency(fault.latency, `${owner}.latency`);
      break;
    case 'reset':
      if (fault.performed !== undefined && typeof fault.performed !== 'boolean') {
        throw new TypeError(
          `Invalid ${owner}.performed ${String(fault.performed)}: use true or false.`,
        );
      }
      break;
    case 'flap':
      inRange(owner, 'periodMs', fault.periodMs, 1, Number.MAX_SAFE_INTEGER);
      inRange(owner, 'downMs', fault.downMs, 1, fault.periodMs);
      break;
    case 'duplicate':
      inRange(owner, 'copies', fault.copies ?? 1, 1, 100, 'integer');
      break;
    case 'reorder':
      inRange(owner, 'delayMs', fault.delayMs, 1, Number.MAX_SAFE_INTEGER);
      break;
    case 'hang':
    case 'drop-response':
      break;
  }
}

function inRange(
  owner: string,
  field: string,
  value: number,
  min: number,
  max: number,
  kind: 'number' | 'integer' = 'number',
): void {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new TypeError(`Invalid ${owner}.${field} ${String(value)}: use a number.`);
  }
  if (value < min || value > max || (kind === 'integer' && !Number.isInteger(value))) {
    const upper = max === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${max}`;
    throw new RangeError(
      `Invalid ${owner}.${field} ${value}: use ${kind === 'integer' ? 'an integer' : 'a number'} of ${min} ${upper}.`,
    );
  }
}
