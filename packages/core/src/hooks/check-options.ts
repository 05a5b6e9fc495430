import type { EmitOptions } from './emit-options.ts';

/**
 * A duration in milliseconds; Infinity is allowed.
 * @throws RangeError naming the option and the value
 */
export function requireDuration(option: string, value: number, least = Number.MIN_VALUE): number {
  if (typeof value === 'number' && value >= least) return value;
  const range = least === 0 ? 'zero or more' : least > 0 ? 'more than zero' : 'any number of';
  throw new RangeError(
    `Failed to read option ${option}: ${show(value)} is not ${range} milliseconds. ` +
      'Give a number of milliseconds, or leave the option out.',
  );
}

/** @throws RangeError naming the option and the value */
export function requireCount(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `Failed to read option ${option}: ${show(value)} is not an integer of at least ${least}. ` +
      'Give such a number, or leave the option out.',
  );
}

/**
 * A count that bounds something; Infinity is no bound.
 * @throws RangeError naming the option and the value
 */
export function requireBound(option: string, value: number, least: number): number {
  return value === Infinity ? value : requireCount(option, value, least);
}

/** @throws RangeError naming the option and the value */
export function requireOneOf<Allowed extends string>(
  option: string,
  value: Allowed,
  allowed: readonly Allowed[],
): Allowed {
  if (allowed.includes(value)) return value;
  throw new RangeError(
    `Failed to read option ${option}: ${show(value)} is unknown. Use one of ${allowed.join(', ')}.`,
  );
}

/** @throws TypeError naming the option and the value, unless it is left out */
export function requireType(
  option: string,
  value: unknown,
  type: 'function' | 'string' | 'boolean',
): void {
  if (value === undefined || typeof value === type) return;
  throw new TypeError(
    `Failed to read option ${option}: ${show(value)} is not a ${type}. ` +
      `Give a ${type}, or leave the option out.`,
  );
}

/** @throws TypeError naming the option, unless it is a signal or left out */
export function requireSignal(option: string, value: AbortSignal | undefined): void {
  // Not by its class: a signal may come from another realm.
  if (value === undefined || isSignal(value)) return;
  throw new TypeError(
    `Failed to read option ${option}: ${show(value)} is not an AbortSignal. ` +
      'Give the signal of an AbortController, or leave the option out.',
  );
}

/**
 * Refuses what is no options object, and options that do not exist: a mistyped one would be ignored.
 * @param whose what the options belong to, for the message
 * @throws TypeError for anything but an object, RangeError naming the unknown option
 */
export function requireKnown(whose: string, options: unknown, known: ReadonlySet<string>): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `Failed to read the options of ${whose}: ${show(options)} is no object. ` +
        'Give an object with options, or nothing.',
    );
  }
  for (const option in options) {
    if (known.has(option)) continue;
    throw new RangeError(
      `Failed to read option ${option}: ${whose} has no such option. ` +
        `Use one of ${[...known].join(', ')}.`,
    );
  }
}

const emitOptions = new Set([
  'lane',
  'key',
  'timeoutMs',
  'signal',
  'cause',
  'id',
  'correlationId',
] satisfies (keyof EmitOptions)[]);

/** @throws RangeError or TypeError naming the option */
export function checkEmitOptions(options: EmitOptions): void {
  requireKnown('emit', options, emitOptions);
  if (options.timeoutMs !== undefined) requireDuration('timeoutMs', options.timeoutMs, -Infinity);
  requireSignal('signal', options.signal);
  requireType('id', options.id, 'string');
  requireType('correlationId', options.correlationId, 'string');
  const cause: unknown = options.cause;
  if (cause === undefined || (typeof cause === 'object' && cause !== null && 'id' in cause)) return;
  throw new TypeError(
    `Failed to read option cause: ${show(cause)} is not the context of a handler. ` +
      'Give the second parameter of the handler, or an object with id and correlationId.',
  );
}

/** @throws TypeError when an event is no name */
export function checkHookEvent(event: unknown): void {
  if (typeof event === 'string') return;
  throw new TypeError(
    `Failed to register a hook: the event is ${show(event)}. Give the name of an event.`,
  );
}

function isSignal(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    'addEventListener' in value &&
    typeof value.addEventListener === 'function'
  );
}

function show(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}
