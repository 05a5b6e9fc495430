import type { Judged } from './judged.ts';
import type { Unit } from './record.ts';
import type { ExampleTypes } from './types.ts';

/** One row of the table in which phases stand side by side. */
export interface Figure<E extends ExampleTypes> {
  readonly label: string;
  readonly unit: Unit;
  /** Which direction is better. */
  readonly better: 'lower' | 'higher' | 'neither';
  /** Name of the rule that this figure decides: it is red where the rule is broken. */
  readonly rule?: string;
  /** Whether it is a figure of runs with these settings: what is off has none. Default: always. */
  readonly appliesTo?: (settings: E['settings']) => boolean;
  /** The figure of a phase; `undefined` when nothing was measured. */
  readonly of: (phase: Judged<E>) => number | undefined;
}

/** Figures by name, in the order of the table. */
export type Figures<E extends ExampleTypes> = Readonly<Record<string, Figure<E>>>;
