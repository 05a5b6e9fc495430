interface NumberBounds {
  /** Smallest value allowed. */
  readonly min: number;
  /** Largest value allowed. Default: any finite number. */
  readonly max?: number;
  /** Whether `min` itself is refused. Default false. */
  readonly exclusiveMin?: boolean;
  /** Whether only whole numbers are allowed. Default false. */
  readonly integer?: boolean;
}

/**
 * The longest delay that a timer can hold, in milliseconds (24.8 days). Node.js replaces a longer
 * one by 1 ms, which would turn a patient back-off into a busy loop.
 */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Returns `value` when it is a number within `bounds`.
 *
 * @throws RangeError that names the option and the value.
 */
export function checkNumber(option: string, value: number, bounds: NumberBounds): number {
  const { min, max = Number.MAX_VALUE, exclusiveMin = false, integer = false } = bounds;
  const isWithin = (exclusiveMin ? value > min : value >= min) && value <= max;
  if (isWithin && (integer ? Number.isSafeInteger(value) : Number.isFinite(value))) return value;
  const kind = integer ? 'a whole number' : 'a number';
  const lower = exclusiveMin ? `above ${min}` : `of at least ${min}`;
  const upper = bounds.max === undefined ? '' : ` and at most ${max}`;
  throw new RangeError(`${option} must be ${kind} ${lower}${upper}, got ${String(value)}`);
}

/** Like `checkNumber`, and `Infinity` says that there is no limit. */
export function checkLimit(option: string, value: number, bounds: NumberBounds): number {
  return value === Infinity ? value : checkNumber(option, value, bounds);
}
