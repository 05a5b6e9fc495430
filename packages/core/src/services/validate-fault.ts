import { type Fault, type FaultKind, faultKinds } from './fault.ts';
import { type Latency, validateLatency } from './latency.ts';

/** Checks one field: `name` is how it is called in the message. */
type Check = (value: unknown, name: string) => void;

interface Field {
  readonly check: Check;
  readonly isRequired?: true;
}

const commonFields: Readonly<Record<string, Field>> = {
  kind: { check: () => undefined, isRequired: true },
  id: { check: isName },
  service: { check: isName, isRequired: true },
  operation: { check: isName },
  fromMs: { check: number(0), isRequired: true },
  toMs: { check: number(0), isRequired: true },
  share: { check: number(0, 1) },
  of: {
    check: (value, name) => {
      if (value === 'calls' || value === 'keys') return;
      throw new TypeError(`Invalid ${name} ${shown(value)}: use "calls" or "keys".`);
    },
  },
};

const ownFields: Readonly<Record<FaultKind, Readonly<Record<string, Field>>>> = {
  hang: {},
  error: { status: { check: integer(400, 599) } },
  slow: { latency: { check: isLatency }, factor: { check: number(0.001, 1_000_000) } },
  reset: { performed: { check: isBoolean } },
  flap: {
    periodMs: { check: number(1), isRequired: true },
    downMs: { check: number(1), isRequired: true },
  },
  duplicate: { copies: { check: integer(1, 100) } },
  reorder: { delayMs: { check: number(1), isRequired: true } },
  'drop-response': {},
  cut: {},
  dribble: { forMs: { check: number(1), isRequired: true } },
  corrupt: {},
  partition: { process: { check: isName } },
  crash: { after: { check: isName } },
  clock: { byMs: { check: isShift, isRequired: true } },
};

/**
 * Checks a fault that was given in code, or assembled from text.
 *
 * @throws TypeError for a field that is missing, of the wrong type or not of this kind of fault;
 *   RangeError for a value out of range. Both name the field and the value.
 */
export function validateFault(candidate: object): asserts candidate is Fault {
  const kind: unknown = Reflect.get(candidate, 'kind');
  if (!isFaultKind(kind)) {
    throw new TypeError(`Invalid fault kind ${shown(kind)}: use one of ${faultKinds.join(', ')}.`);
  }
  const fields = { ...commonFields, ...ownFields[kind] };
  for (const name of Object.keys(candidate)) {
    if (!Object.hasOwn(fields, name)) {
      throw new TypeError(
        `Invalid ${kind} fault: it has no field "${name}". Use ${Object.keys(fields).join(', ')}.`,
      );
    }
  }
  for (const [name, { check, isRequired }] of Object.entries(fields)) {
    const value: unknown = Reflect.get(candidate, name);
    if (value !== undefined || isRequired) check(value, `${kind} fault.${name}`);
  }
  const get = (name: string): number => Number(Reflect.get(candidate, name));
  inOrder(`${kind} fault`, 'fromMs', get('fromMs'), 'toMs', get('toMs'));
  if (kind === 'flap') inOrder('flap fault', 'downMs', get('downMs'), 'periodMs', get('periodMs'));
  if (kind === 'slow' && 'latency' in candidate === 'factor' in candidate) {
    throw new TypeError('Invalid slow fault: give either latency or factor.');
  }
}

/** Whether it names a kind of fault. */
export function isFaultKind(kind: unknown): kind is FaultKind {
  return (faultKinds as readonly unknown[]).includes(kind);
}

function inOrder(owner: string, low: string, lowMs: number, high: string, highMs: number): void {
  if (highMs > lowMs) return;
  throw new RangeError(
    `Invalid ${owner}.${high} ${highMs}: use more than ${low}, which is ${lowMs}.`,
  );
}

function number(min: number, max = Infinity): Check {
  return (value, name) => {
    if (typeof value !== 'number') {
      throw new TypeError(`Invalid ${name} ${shown(value)}: use a number.`);
    }
    if (Number.isFinite(value) && value >= min && value <= max) return;
    const range = max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`;
    throw new RangeError(`Invalid ${name} ${value}: use a number ${range}.`);
  };
}

function integer(min: number, max: number): Check {
  return (value, name) => {
    number(min, max)(value, name);
    if (Number.isInteger(value)) return;
    throw new RangeError(`Invalid ${name} ${shown(value)}: use an integer from ${min} to ${max}.`);
  };
}

/** A day at most: a clock that is further off is replaced, not lived with. */
const longestShiftMs = 86_400_000;

function isShift(value: unknown, name: string): void {
  if (typeof value !== 'number') {
    throw new TypeError(`Invalid ${name} ${shown(value)}: use a number.`);
  }
  if (Math.abs(value) <= longestShiftMs && value !== 0) return;
  throw new RangeError(
    `Invalid ${name} ${value}: use milliseconds other than 0, at most ${longestShiftMs} ahead or behind.`,
  );
}

function isName(value: unknown, name: string): void {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError(`Invalid ${name} ${shown(value)}: use a name.`);
}

function isBoolean(value: unknown, name: string): void {
  if (typeof value === 'boolean') return;
  throw new TypeError(`Invalid ${name} ${shown(value)}: use true or false.`);
}

function isLatency(value: unknown, name: string): void {
  if (looksLikeLatency(value)) validateLatency(value, name);
  else throw new TypeError(`Invalid ${name} ${shown(value)}: use { p50Ms, p99Ms } or { fixedMs }.`);
}

function looksLikeLatency(value: unknown): value is Latency {
  if (typeof value !== 'object' || value === null) return false;
  const figures = Object.keys(value).toSorted().join(' ');
  return figures === 'fixedMs' || figures === 'p50Ms p99Ms';
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
