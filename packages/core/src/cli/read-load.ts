import { type LoadSpec, parseLoad } from '../scenario/load-spec.ts';
import { InputError } from './errors.ts';

/**
 * The load of `--load`; `undefined` without it.
 *
 * @throws InputError naming the part, its value and the remedy
 */
export function readLoad(text: string | undefined): LoadSpec | undefined {
  if (text === undefined) return undefined;
  try {
    return parseLoad(text);
  } catch (error) {
    throw error instanceof RangeError ? new InputError(error) : error;
  }
}
