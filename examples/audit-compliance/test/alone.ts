import type { Implementation } from '@firedrill/core/scenario';
import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { example } from '../src/example.ts';
import type { ClinicStore } from '../src/implementations/hardened/events.ts';
import type { Settings } from '../src/settings.ts';
import type { Context } from '../src/system.ts';
import type { Clinics } from '../src/types.ts';

/** A world in which no process does anything: a test makes parts of the hardened platform by itself, and uses them. */
export function alone<T>(
  settings: Partial<Settings>,
  body: (context: Context, phase: TestPhase<Clinics>) => Promise<T>,
): Promise<T> {
  let made: Context | undefined;
  const nothing: Implementation<Clinics> = {
    name: 'nothing',
    week: 1,
    flaw: 'does nothing',
    create(context) {
      made = context;
      return {
        handle: () => Promise.reject(new Error('Nobody is there.')),
        close: () => Promise.resolve(),
      };
    },
  };
  const few = { processes: 1, patients: 12, slots: 4, ...settings };
  return simulateSystem(example, { implementation: nothing, settings: few }, (phase) => {
    if (made === undefined) throw new Error('No process has started.');
    return body(made, phase);
  });
}

/** All messages that wait in the outbox. */
export async function waiting({ outbox }: ClinicStore) {
  const lanes = Array.from({ length: outbox.laneCount }, (_, lane) => lane);
  const all = await Promise.all(lanes.map((lane) => outbox.pending(lane, 1_000)));
  return all.flat();
}
