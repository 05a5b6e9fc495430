import { UsageError } from './errors.ts';
import type { ReadValue } from './flags.ts';
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

function refused(option: string, text: string, range: string, example: string): UsageError {
  return new UsageError({
    given: `--${option}=${text}`,
    cause: `${text} is out of range`,
    remedy: `Use ${range}, e.g. --${option}=${example}.`,
  });
}

/** A finite number above 0. */
export const positive =
  (example: string): ReadValue<number> =>
  (option, text) => {
    const value = readNumber(option, text, example);
    if (value > 0 && value < Infinity) return value;
    throw refused(option, text, 'a number above 0', example);
  };

/** A finite number from `least` on. */
export const atLeast =
  (least: number, example: string): ReadValue<number> =>
  (option, text) => {
    const value = readNumber(option, text, example);
    if (value >= least && value < Infinity) return value;
    throw refused(option, text, `a number of at least ${least}`, example);
  };

/** A whole number from `least` to `most`. */
export const count =
  (least: number, most: number, example: string): ReadValue<number> =>
  (option, text) => {
    const value = readNumber(option, text, example);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = `a whole number from ${least} to ${most.toLocaleString('en-US')}`;
    throw refused(option, text, range, example);
  };

/** A share, as `0.1%` or `0.001`: above 0 (or from 0, if that is allowed), and below 1. */
export const share =
  (example: string, allowsZero = false): ReadValue<number> =>
  (option, text) => {
    const isPercent = text.endsWith('%');
    const number = readNumber(option, isPercent ? text.slice(0, -1) : text, example);
    const value = isPercent ? number / 100 : number;
    if ((value > 0 || (allowsZero && value === 0)) && value < 1) return value;
    const range = allowsZero ? 'a share from 0 to below 1' : 'a share above 0, below 1';
    throw refused(option, text, `${range}, or a percentage`, example);
  };

/** A share above 0, at most 1. */
export const ceiling =
  (example: string): ReadValue<number> =>
  (option, text) => {
    const value = readNumber(option, text, example);
    if (value > 0 && value <= 1) return value;
    throw refused(option, text, 'a number above 0, at most 1', example);
  };

/** A percentile from 50 to below 100. */
export const percentile: ReadValue<number> = (option, text) => {
  const value = readNumber(option, text, '99');
  if (value >= 50 && value < 100) return value;
  throw refused(option, text, 'a percentile from 50 to below 100', '99');
};

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

/** The seed of everything random. */
export const seed: ReadValue<number> = (_, text) => parseSeed(text);
