import { rehearse, type RehearseOptions } from './rehearse.ts';
import type { UnseenResult } from './unseen-storm.ts';

/**
 * Lets the storm of the incident loose in full, and judges the step: for a system that holds in the storm of the
 * exercise, which is a smaller one.
 *
 * @throws RangeError for an exercise that the incident does not have
 */
export async function wholeStorm(
  options: Omit<RehearseOptions, 'isWhole' | 'role'>,
): Promise<UnseenResult> {
  const { rules } = await rehearse({ ...options, isWhole: true });
  const first = rules.find(({ holds }) => !holds);
  return {
    seed: options.seed,
    isWhole: true,
    broken: first && { rule: first.name, text: `${first.title}: ${first.observed}` },
    storm: 'the storm of the incident in full',
  };
}
