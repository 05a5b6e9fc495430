import { bankSample, missingRows } from '@firedrill/core/scenario/contract';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Week, weekOf } from '../bench/week.ts';
import { example } from '../src/example.ts';

const readme = join(import.meta.dirname, '../README.md');

/** The five weeks of the story. */
const names = example.implementations.flatMap(({ name, week }) => (week > 0 ? [name] : []));

/** The first figure of what an invariant that is broken has observed. */
const seen = ({ broken }: Week, rule: string): string =>
  /^[\d,]+/.exec(broken.get(rule) ?? '0')?.[0] ?? '';

/** The rows that an implementation has in the three tables. */
const rowsOf = (name: string, week: Week) => [
  [
    name,
    week.pages,
    week.atNight,
    seen(week, 'webhooks-accounted'),
    seen(week, 'receipts-in-the-end'),
    seen(week, 'no-money-in-limbo'),
    week.broken.size,
  ],
  [name, ...week.handlers],
  [name, ...week.unhandledRejections],
];

describe('the week in the README', () => {
  test('is that of all five', () => {
    expect(
      missingRows(
        readme,
        names.map((name) => [name]),
      ),
    ).toEqual([]);
  });

  test.each(bankSample(names))('%s: has what was measured', async (name: string) => {
    expect(missingRows(readme, rowsOf(name, await weekOf(name)))).toEqual([]);
  });
});
