import { type AnyImplementation, recordLine } from '@firedrill/core/scenario';
import {
  type AnyIncident,
  rehearse,
  unseenStorm,
  type UnseenResult,
  wholeStorm,
} from '@firedrill/core/workshop';
import type { Ship } from './ship.ts';
import type { Rehearsal, StageMessage } from './stage-protocol.ts';

export interface OnStage extends Rehearsal {
  readonly incident: AnyIncident;
  readonly implementation: AnyImplementation;
  readonly say: (message: StageMessage) => void;
  /** Called again and again as long as time passes in the run: a sign of life. */
  readonly beat: () => void;
}

/**
 * Lets the storm of an exercise loose on a learner's system, and after it those that nobody has seen. The
 * same in a thread of the workshop and in a worker of a browser.
 */
export async function judgeOnStage(options: OnStage): Promise<void> {
  const { incident, exercise, ship, implementation, seed, unseen, say, beat } = options;
  const lines: string[] = [];
  const verdict = await rehearse({
    incident,
    exercise,
    implementation,
    role: ship === 'yours' ? undefined : ship,
    seed,
    write(record) {
      beat();
      lines.push(recordLine(record));
    },
  });
  const more = verdict.holds
    ? unseen.map(
        (each) => (): Promise<UnseenResult> =>
          unseenStorm(incident, exercise, implementation, each),
      )
    : [];
  if (more.length > 0 && incident.settings !== undefined) {
    more.push(() => wholeStorm({ incident, exercise, implementation, seed, write: beat }));
  }
  say({ type: 'verdict', verdict, record: lines.join('\n'), more: more.length });
  for (const run of more) {
    // oxlint-disable-next-line no-await-in-loop -- one storm after the other: each takes the clock
    const result = await run();
    beat();
    say({ type: 'unseen', result });
    if (result.broken !== undefined) break;
  }
  say({ type: 'finished' });
}

/**
 * The system that a learner's module exports, or one of the two beside it.
 *
 * @throws Error when it exports none
 */
export function systemOf(module: unknown, ship: Ship): AnyImplementation {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked in the next line
  const { create } = module as { readonly create?: AnyImplementation['create'] };
  if (typeof create !== 'function') {
    throw new Error('the file exports no "create". Write: export const create: CreateSystem = …');
  }
  return { name: ship, week: 99, flaw: 'that is to be seen', create };
}
