import { expect, test } from '../../peers/vitest.ts';
import type { AnyExample, DefinedExample } from '../example.ts';
import { repairedOf } from '../example.ts';
import { collectRun, isOf } from '../testing.ts';
import type { ExampleTypes } from '../types.ts';
import { bankSample } from './bank-sample.ts';
import type { Planted, PlantedStorm } from './example-contract.ts';

/**
 * Declares the tests, with vitest, that the repaired system holds in the storm of `failure` under the
 * faults that show a planted bug: what is found is the bug, and not the fault.
 */
export function repairedHoldsContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  planted: readonly Planted<E>[],
  { settings }: Pick<PlantedStorm<E>, 'settings'> = {},
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const repaired = repairedOf(example).name;
  const withFaults = bankSample(planted).filter(({ faults }) => faults !== undefined);
  const storms = Map.groupBy(withFaults, (bug) => JSON.stringify([bug.faults, bug.settings]));
  const groups = [...storms.values()];
  const cases = groups.map((bugs) => ({
    names: bugs.map(({ name }) => name).join(', '),
    bugs,
    faults: bugs[0]?.faults ?? [],
    own: bugs[0]?.settings,
  }));
  test.each(cases)(
    `${repaired} holds under the faults that show $names`,
    async ({ bugs, faults, own }) => {
      const { records } = await collectRun(example, {
        scenario: 'failure',
        implementations: [repaired],
        settings: { ...settings, ...own },
        faults,
      });
      const broken = records.filter(isOf('check')).filter(({ ok, kind }) => !ok && kind !== 'sign');
      expect(broken.filter(({ kind }) => kind === 'invariant')).toEqual([]);
      const names = new Set(broken.map(({ name }) => name));
      for (const { name, breaks } of bugs) {
        expect(
          breaks.filter((rule) => !names.has(rule)),
          name,
        ).not.toEqual([]);
      }
    },
  );
}
