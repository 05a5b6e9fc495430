import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';
import { small } from './small.ts';

const withFaults = planted.flatMap(({ name, breaks, faults }) =>
  faults === undefined ? [] : [{ name, breaks, faults }],
);

test.each(withFaults)(
  'the hardened platform holds under the faults that show $name',
  async ({ breaks, faults }) => {
    const { records } = await collectRun(example, {
      scenario: 'failure',
      implementations: ['hardened'],
      settings: small,
      faults,
    });
    const broken = records.filter(isOf('check')).filter(({ ok, kind }) => !ok && kind !== 'sign');
    expect(broken.filter(({ kind }) => kind === 'invariant')).toEqual([]);
    const names = new Set(broken.map(({ name }) => name));
    expect(breaks.filter((rule) => !names.has(rule))).not.toEqual([]);
  },
);
