import { UsageError } from './errors.ts';
import type { ReadValue } from './read-value.ts';
import { parseSeed } from './seed.ts';
import { choose } from './suggest.ts';

/** Number('') is 0, and 0x10 or Infinity are hardly ever meant. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(option: string, text: string, example: string): number {
  if (decimal.test(text)) return Number(text);
  throw new UsageError({
    given: `--${option}=${text}`,
    cause: `"${text}" is not a number`,
    remedy: `Write a number, e.g. --${option}=${example}.`,
  });
}

/** A reader of numbers that says which ones it takes. */
export interface ReadNumber extends ReadValue<number> {
  /** Such as "a number above 0". */
  readonly range: string;
  readonly example: string;
}

function numberIn(
  range: string,
  example: string,
  isIn: (value: number) => boolean,
  readText: ReadValue<number> = (option, text) => readNumber(option, text, example),
): ReadNumber {
  const read: ReadValue<number> = (option, text) => {
    const value = readText(option, text);
    if (isIn(value)) return value;
    throw new UsageError({
      given: `--${option}=${text}`,
      cause: `${text} is out of range`,
      remedy: `Use ${range}, e.g. --${option}=${example}.`,
    });
  };
  return Object.assign(read, { range, example });
}

/** A finite number above 0. */
export const positive = (example: string): ReadNumber =>
  numberIn('a number above 0', example, (value) => value > 0 && value < Infinity);

/** A finite number from `least` on. */
export const atLeast = (least: number, example: string): ReadNumber =>
  numberIn(`a number of at least ${least}`, example, (value) => value >= least && value < Infinity);

/** A whole number from `least` to `most`. */
export const count = (least: number, most: number, example: string): ReadNumber =>
  numberIn(
    `a whole number from ${least} to ${most.toLocaleString('en-US')}`,
    example,
    (value) => Number.isSafeInteger(value) && value >= least && value <= most,
  );

/** A share, as `0.1%` or `0.001`: above 0 (or from 0, if that is allowed), and below 1. */
export const share = (example: string, allowsZero = false): ReadNumber =>
  numberIn(
    `${allowsZero ? 'a share from 0 to below 1' : 'a share above 0, below 1'}, or a percentage`,
    example,
    (value) => (value > 0 || (allowsZero && value === 0)) && value < 1,
    (option, text) => {
      const isPercent = text.endsWith('%');
      const number = readNumber(option, isPercent ? text.slice(0, -1) : text, example);
      return isPercent ? number / 100 : number;
    },
  );

/** A share above 0, at most 1. */
export const ceiling = (example: string): ReadNumber =>
  numberIn('a number above 0, at most 1', example, (value) => value > 0 && value <= 1);

/** A percentile from 50 to below 100. */
export const percentile: ReadNumber = numberIn(
  'a percentile from 50 to below 100',
  '99',
  (value) => value >= 50 && value < 100,
);

/** One of several names. */
export const oneOf =
  <Name extends string>(names: readonly Name[]): ReadValue<Name> =>
  (option, text) => {
    const found = names.find((name) => name === text);
    if (found !== undefined) return found;
    throw new UsageError({
      given: `--${option}=${text}`,
      cause: `there is no ${option} of that name`,
      remedy: choose(text, names),
    });
  };

/**
 * The seed of everything random.
 *
 * @throws UsageError for anything but a whole number from 0 on
 */
export const seed: ReadValue<number> = (_, text) => parseSeed(text);
