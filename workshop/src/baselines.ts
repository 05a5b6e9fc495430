import type { RuleVerdict } from '@firedrill/core/workshop';
import { idOf, type Place, twinFile } from './incidents.ts';
import type { Curve } from './stage-protocol.ts';
import type { Stages } from './stage.ts';

/** A ship beside the learner's: what its rules found, and its curves. */
export interface Baseline {
  readonly rules: readonly RuleVerdict[];
  readonly curve: Curve;
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

  async function run(place: Place, twin: 'problem' | 'solution'): Promise<Baseline | undefined> {
    const found = await stages.perform(place, { file: twinFile(place, twin), seed: 1, unseen: [] });
    return found.kind === 'judged' ? { rules: found.verdict.rules, curve: found.curve } : undefined;
  }

  async function both(place: Place): Promise<Beside> {
    const broken = await run(place, 'problem');
    return { broken, repaired: await run(place, 'solution') };
  }

  return {
    of(place) {
      const running = known.get(idOf(place)) ?? both(place);
      known.set(idOf(place), running);
      return running;
    },
  };
}
