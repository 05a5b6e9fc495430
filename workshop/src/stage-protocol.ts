import type { UnseenResult, Verdict } from '@firedrill/core/workshop';
import type { Problem } from './problem.ts';
import type { Ship } from './ship.ts';

/** What a stage is opened with. */
export interface StageData {
  readonly incident: string;
  /** One number that grows with the virtual time: whoever watches sees that it is alive. */
  readonly pulse: SharedArrayBuffer;
}

/** Which storms a file is to meet. */
export interface Rehearsal {
  readonly exercise: string;
  readonly ship: Ship;
  readonly seed: number;
  /** Seeds of the storms that nobody has seen, for one that holds in the storm of the exercise. */
  readonly unseen: readonly number[];
}

/** One file to be judged. */
export interface StageTask extends Rehearsal {
  /** The file, as a URL. */
  readonly file: string;
}

/** What a stage says. */
export type StageMessage =
  | { readonly type: 'ready' }
  /** `record`: of the run that was judged, as NDJSON. `more`: storms that follow. */
  | {
      readonly type: 'verdict';
      readonly verdict: Verdict;
      readonly record: string;
      readonly more: number;
    }
  | { readonly type: 'unseen'; readonly result: UnseenResult }
  | { readonly type: 'finished' }
  /** The file could not be loaded, or the run could not be finished. */
  | { readonly type: 'failed'; readonly problem: Problem };
