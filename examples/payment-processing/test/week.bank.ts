import { bankSample } from '@firedrill/core/scenario/contract';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Week, weekOf } from '../bench/week.ts';
import { example } from '../src/example.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8').replaceAll(
  / +/g,
  ' ',
);

/** The five weeks of the story. */
const names = example.implementations.flatMap(({ name, week }) => (week > 0 ? [name] : []));

const rowOf = (...cells: readonly (string | number)[]): string =>
  `| ${cells.map((cell) => cell.toLocaleString('en-US')).join(' | ')} |`;

/** The first figure of what an invariant that is broken has observed. */
const seen = ({ broken }: Week, rule: string): string =>
  /^[\d,]+/.exec(broken.get(rule) ?? '0')?.[0] ?? '';

/** The rows that an implementation has in the three tables. */
const rowsOf = (name: string, week: Week): readonly string[] => [
  rowOf(
    name,
    week.pages,
    week.atNight,
    seen(week, 'webhooks-accounted'),
    seen(week, 'receipts-in-the-end'),
    seen(week, 'no-money-in-limbo'),
    week.broken.size,
  ),
  rowOf(name, ...week.handlers),
  rowOf(name, ...week.unhandledErrors),
];

describe('the week in the README', () => {
  test('is that of all five', () => {
    expect(names.filter((name) => !readme.includes(`| ${name} |`))).toEqual([]);
  });

  test.each(bankSample(names))('%s: has what was measured', async (name: string) => {
    const week = await weekOf(name);
    expect(rowsOf(name, week).filter((row) => !readme.includes(row))).toEqual([]);
  });
});
