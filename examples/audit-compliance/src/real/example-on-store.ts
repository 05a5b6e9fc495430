import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DefinedExample, definePort, type StormScenario } from '@firedrill/core/scenario';
import { example } from '../example.ts';
import { recovery } from '../scenarios/recovery.ts';
import { createServices } from '../services.ts';
import { observed } from '../services/observed-store.ts';
import type { Clinics } from '../types.ts';
import type { PostgresStore } from './postgres-store.ts';
import { shortStorm } from './short-day.ts';

/** Rules that a real clock can judge: an objective would measure the machine. */
const rules = Object.fromEntries(
  Object.entries(example.rules).filter(([, { kind }]) => kind !== 'objective'),
);

/**
 * The example with its events on a server and the twenty minutes in so many seconds. The signs and the
 * explanation are those of the long day: there are none here.
 */
export function exampleOnStore(
  store: Pick<PostgresStore, 'open'>,
  seconds: number,
): DefinedExample<Clinics> {
  const { signs: _signs, explain: _explain, ...rest } = recovery;
  const onStore: StormScenario<Clinics> = { ...rest, intro: [], storm: shortStorm(seconds) };
  return {
    ...example,
    startsAt: new Date().toISOString(),
    rules,
    signals: [],
    scenarios: { ...example.scenarios, recovery: onStore },
    async visit(visit) {
      // A timer of the machine may fire within the millisecond before it is due.
      while (visit.context.elapsedMs() < visit.arrival.atMs) await nextTurn();
      await example.visit(visit);
    },
    createServices(context) {
      const { outside, truth } = createServices(context);
      const port = definePort({
        name: 'store',
        open: (process) => observed(store.open(process), truth),
      });
      return { outside: { ...outside, store: port }, truth };
    },
  };
}
