import type { Problem } from '../problem.ts';
import type { Ship } from '../ship.ts';

/** The storm of the exercise runs; those that nobody has seen; all is over. */
export type JudgementState = 'running' | 'storms' | 'done';

/** What the page shows, as data; all of it text that is put in as text. */
export interface BoardState {
  /** Grows with each change. */
  readonly version: number;
  readonly id: string;
  readonly title: string;
  readonly task: string;
  readonly given: readonly string[];
  readonly state: JudgementState;
  readonly isPassed: boolean;
  readonly grade: string;
  readonly problems: readonly Problem[];
  readonly rules: readonly {
    readonly short: string;
    readonly part: string;
    readonly holds: boolean;
    readonly expected: string;
    readonly broken: string;
    readonly yours: string;
    readonly repaired: string;
    readonly changed: string;
  }[];
  /** Of the storms after that of the exercise, each as a sentence; empty where there is nothing to say. */
  readonly storms: { readonly soFar: string; readonly broken: string };
  readonly hint:
    | { readonly where: string; readonly why: string; readonly diff: string }
    | undefined;
  readonly took: string;
  /** All of them, in their order. */
  readonly exercises: readonly {
    readonly id: string;
    /** None for one that was not begun. */
    readonly mark: 'passed' | 'begun' | 'none';
  }[];
  /** The id of the first that is not passed; undefined when all are. */
  readonly next: string | undefined;
  /** Hashes of the records that there are; `before`: of the learner's system at the last save. */
  readonly ships: Readonly<Partial<Record<Ship | 'before', string>>>;
}
