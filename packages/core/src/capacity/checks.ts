/** What is wrong with an option, in the form that every message of this room has. */
function refuse(option: string, value: unknown, allowed: string): RangeError {
  return new RangeError(`Failed to size a pool: ${option} is ${String(value)}. Use ${allowed}.`);
}

/** @throws RangeError unless the value is a finite number above 0. */
export function requirePositive(option: string, value: number): number {
  if (value > 0 && value < Infinity) return value;
  throw refuse(option, value, 'a number above 0');
}

/** @throws RangeError unless the value is a finite number of at least 0. */
export function requireNotNegative(option: string, value: number): number {
  if (value >= 0 && value < Infinity) return value;
  throw refuse(option, value, 'a number of at least 0');
}

/** @throws RangeError unless the value is a whole number of at least `least`. */
export function requireCount(option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw refuse(option, value, `a whole number of at least ${least}`);
}

/** @throws RangeError unless the value is above `above` and at most `most`. */
export function requireBetween(option: string, value: number, above: number, most: number): number {
  if (value > above && value <= most) return value;
  throw refuse(option, value, `a number above ${above}, at most ${most}`);
}
