import type { Verdict } from '@firedrill/core/workshop';
import { idOf, type Place, twinFile } from './incidents.ts';
import type { Stages } from './stage.ts';

/** A ship beside the learner's: what it came to, and the record of its run as NDJSON. */
export interface Baseline {
  readonly verdict: Verdict;
  readonly record: string;
}

export interface Beside {
  readonly broken: Baseline | undefined;
  readonly repaired: Baseline | undefined;
}

export interface Baselines {
  /** The problem and the solution in the same storm; run once, when they are asked for. */
  of(place: Place): Promise<Beside>;
}

export function createBaselines(stages: Stages): Baselines {
  const known = new Map<string, Promise<Beside>>();

  async function run(place: Place, ship: 'broken' | 'repaired'): Promise<Baseline | undefined> {
    const file = twinFile(place, ship === 'broken' ? 'problem' : 'solution');
    const found = await stages.perform(place, { file, ship, seed: 1, unseen: [] });
    return found.kind === 'judged' ? found : undefined;
  }

  async function both(place: Place): Promise<Beside> {
    const broken = await run(place, 'broken');
    return { broken, repaired: await run(place, 'repaired') };
  }

  return {
    of(place) {
      const running = known.get(idOf(place)) ?? both(place);
      known.set(idOf(place), running);
      return running;
    },
  };
}
