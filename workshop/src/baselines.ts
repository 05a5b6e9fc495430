import type { Verdict } from '@firedrill/core/workshop';
import { idOf, type Place, twinFile } from './incidents.ts';
import type { Ship } from './ship.ts';
import type { Stages } from './stage.ts';

/** A ship beside the learner's: what it came to, and the record of its run as NDJSON. */
export interface Baseline {
  readonly verdict: Verdict;
  readonly record: string;
}

/** The problem and the solution of an exercise. */
export type BesideShip = Exclude<Ship, 'yours'>;

/** In the order in which they run. */
export const besideShips: readonly BesideShip[] = ['broken', 'repaired'];

export interface Baselines {
  /**
   * A ship in the storm of the exercise. It runs once, when it is asked for, and again only if it was
   * stopped.
   *
   * @returns undefined where it did not come to its end
   */
  of(place: Place, ship: BesideShip, signal: AbortSignal): Promise<Baseline | undefined>;
}

export function createBaselines(stages: Stages): Baselines {
  const known = new Map<string, Baseline>();

  return {
    async of(place, ship, signal) {
      const id = `${idOf(place)} ${ship}`;
      const before = known.get(id);
      if (before !== undefined) return before;
      const file = twinFile(place, ship === 'broken' ? 'problem' : 'solution');
      const found = await stages.perform(place, { file, ship, seed: 1, unseen: [], signal });
      if (found.kind !== 'judged') return undefined;
      known.set(id, found);
      return found;
    },
  };
}
