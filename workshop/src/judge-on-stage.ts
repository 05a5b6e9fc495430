import type { AnyImplementation, RunRecord } from '@firedrill/core/scenario';
import { type AnyIncident, rehearse, unseenStorm } from '@firedrill/core/workshop';
import type { Curve, Rehearsal, StageMessage } from './stage-protocol.ts';

export interface OnStage extends Rehearsal {
  readonly incident: AnyIncident;
  readonly implementation: AnyImplementation;
  readonly say: (message: StageMessage) => void;
  /** Called again and again as long as time passes in the run: a sign of life. */
  readonly beat: () => void;
}

/** One point of a curve in so many seconds is enough for a chart. */
const curveEverySeconds = 5;

/**
 * Lets the storm of an exercise loose on a learner's system, and after it those that nobody has seen. The
 * same in a thread of the workshop and in a worker of a browser.
 */
export async function judgeOnStage(options: OnStage): Promise<void> {
  const { incident, exercise, implementation, seed, unseen, say, beat } = options;
  const curve: Record<string, [number, number][]> = {};
  const write = (record: RunRecord): void => {
    beat();
    if (record.type !== 'sample' || (record.atMs / 1_000) % curveEverySeconds !== 0) return;
    for (const [series, value] of Object.entries(record.values)) {
      (curve[series] ??= []).push([record.atMs, value]);
    }
  };
  const verdict = await rehearse({ incident, exercise, implementation, seed, write });
  say({ type: 'verdict', verdict, series: curve satisfies Curve });
  if (verdict.holds) {
    for (const each of unseen) {
      const result = await unseenStorm(incident, exercise, implementation, each);
      beat();
      say({ type: 'unseen', result });
      if (result.broken !== undefined) break;
    }
  }
  say({ type: 'finished' });
}

/**
 * The system that a learner's module exports.
 *
 * @throws Error when it exports none
 */
export function learnersSystem(module: unknown): AnyImplementation {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked in the next line
  const { create } = module as { readonly create?: AnyImplementation['create'] };
  if (typeof create !== 'function') {
    throw new Error('the file exports no "create". Write: export const create: CreateSystem = …');
  }
  return { name: 'yours', week: 99, flaw: 'that is to be seen', create };
}
