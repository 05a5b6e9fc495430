import type { AnyExample } from '../example.ts';

/** Names of the processes that a system of this example runs in. */
export function processNames(example: AnyExample, settings: object): readonly string[] {
  return example.processes?.(settings) ?? ['app'];
}
