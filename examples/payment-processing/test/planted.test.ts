import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';

const withFaults = [...Map.groupBy(planted, ({ faults }) => faults)].flatMap(([faults, bugs]) =>
  faults === undefined ? [] : [{ names: bugs.map(({ name }) => name).join(', '), bugs, faults }],
);

test.each(withFaults)(
  'the hardened platform holds under the faults that show $names',
  async ({ bugs, faults }) => {
    const { records } = await collectRun(example, {
      scenario: 'failure',
      implementations: ['hardened'],
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
