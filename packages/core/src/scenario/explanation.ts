import { formatValue } from './format.ts';
import type { Unit } from './record.ts';

/** What kind of link it is in the chain from a cause to its victim. */
export type LinkKind = 'cause' | 'resource' | 'arithmetic' | 'victim' | 'code' | 'persistence';

/** One link of the chain, a sentence made of measured figures. */
export interface Link {
  readonly kind: LinkKind;
  readonly text: string;
}

/** What a run teaches, with its figure from this run. */
export interface Lesson {
  readonly text: string;
}

/** Why it came out as it did: computed from the run, never written in advance. */
export interface Explanation {
  /** From the cause to the first victim. */
  readonly chain: readonly Link[];
  /** Two to four lessons. */
  readonly lessons: readonly Lesson[];
}

export interface LittlesLawInput {
  /** What is held: "connection". */
  readonly noun: string;
  /** Mean time that one is held, in ms; `undefined` when nothing was measured. */
  readonly heldMs: number | undefined;
  /** Arrivals a second. */
  readonly ratePerSecond: number;
  /** How many there are. */
  readonly of: number;
}

/**
 * What a resource needs, from Little's law (L = lambda W; Little 1961): "a connection held 13.1 s at
 * 4.7 a second needs 61.6 of 50". Nothing when nothing was measured.
 */
export function littlesLaw({ noun, heldMs, ratePerSecond, of }: LittlesLawInput): readonly Link[] {
  if (heldMs === undefined) return [];
  const needed = (heldMs / 1_000) * ratePerSecond;
  return [
    {
      kind: 'arithmetic',
      text: `a ${noun} held ${formatValue(heldMs, 'ms')} at ${formatValue(ratePerSecond, 'count')} a second needs ${formatValue(needed, 'count')} of ${formatValue(of, 'count')}`,
    },
  ];
}

/** A figure in a sentence. */
export const figureText = (value: number | undefined, unit: Unit): string =>
  formatValue(value, unit);
