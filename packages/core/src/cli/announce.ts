import type { CommandOptions } from './options.ts';

/**
 * The first line of a run, printed before the example and the runner are loaded: the longest wait
 * of a run is for them, and a blank screen looks like a hang.
 */
export function announcement(
  name: string,
  { scenario, seed }: Pick<CommandOptions, 'scenario' | 'seed'>,
): string {
  const what = scenario === 'story' ? 'the whole story' : `scenario ${scenario}`;
  return `${name}: ${what}, seed ${seed}`;
}

/** Whether a flag may still be refused once the example is known: a refusal stands alone. */
export function needsExample({ set, fault, implementation, trace, why }: CommandOptions): boolean {
  const isNamed = implementation !== undefined || trace !== undefined;
  return set.length + fault.length > 0 || isNamed || why;
}
