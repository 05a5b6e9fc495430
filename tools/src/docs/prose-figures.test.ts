import type { RunRecord } from '@firedrill/core/scenario';
import { expect, test } from 'vitest';
import {
  declaredIn,
  declaredInSection,
  figuresIn,
  numbersInCode,
  strangeFigures,
} from './prose-figures.ts';

const said = (text: string): readonly (readonly [string, string, number])[] =>
  figuresIn(text).map((figure) => [figure.text, figure.kind, figure.value]);

test.each([
  ['from 9:05 on', [['9:05', 'time-of-day', 32_700_000]]],
  ['at 18:00:58', [['18:00:58', 'time-of-day', 64_858_000]]],
  [
    '1.5 s for 10 ms',
    [
      ['1.5 s', 'time', 1500],
      ['10 ms', 'time', 10],
    ],
  ],
  ['held for 15\nminutes', [['15 minutes', 'time', 900_000]]],
  [
    '$10M for 5,000 of them',
    [
      ['$10M', 'usd', 10_000_000],
      ['5,000', 'count', 5000],
    ],
  ],
  [
    '4 % are within 30 m',
    [
      ['4 %', 'share', 0.04],
      ['30 m', 'length', 30],
    ],
  ],
  [
    'ten times the load, 1.2 times',
    [
      ['ten', 'count', 10],
      ['1.2 times', 'count', 1.2],
    ],
  ],
  ['week 4, p99, SHA-256, #12, v1.2.3, exit code 2', []],
] as const)('reads %j', (text, expected) => {
  expect(said(text)).toEqual(expected);
});

const fault = {
  id: 'a',
  service: 'banks',
  kind: 'slow',
  fromMs: 60_000,
  toMs: 90_000,
  label: 'banks: take 2 s',
};
// oxlint-disable-next-line no-unsafe-type-assertion -- what the check reads of a record, and no more
const records = [
  { type: 'run.started', startsAt: '2026-01-01T09:00:00Z', options: { waitMs: 5000, share: 0.25 } },
  { type: 'fault.started', fault },
  { type: 'fault.started', fault: { ...fault, service: 'posts', label: 'posts: take 3 s' } },
  { type: 'check', title: 'a letter takes a day', expected: 'under 400 ms' },
  { type: 'sample', values: { a: 77 } },
] as unknown as readonly RunRecord[];
const beat = "beatMs: 2_500, fromMs: 10_000,\n toMs: 50_000, text: 'a beat of 7 %'";
const strange = (text: string): readonly string[] =>
  strangeFigures(
    text,
    () => declaredIn(records),
    (target) => (target === 'src/beat.ts' ? numbersInCode(beat) : []),
  );

test('what is declared may be written in the units of a reader', () => {
  const text =
    'At 9:01 banks take 2 s, posts 3 s; a quarter (25 %) waits 5 s.\nAll this ends at 9:01:30.';
  expect(strange(text)).toEqual([]);
});

test('a figure made wrong is named with its line', () => {
  expect(strange('Fine.\n\nAt 9:02 it breaks,\nand 77 are lost in 0.4 s.')).toEqual([
    '3: 9:02',
    '4: 77',
  ]);
});

test('beside the name of a service stands what is said of that service', () => {
  expect(strange('Banks take 3 s')).toEqual(['1: 3 s']);
  expect(strange('Somebody takes 3 s')).toEqual([]);
});

test('a paragraph may link the code that holds its figure, and no other may', () => {
  expect(strange('- [Beats](src/beat.ts) every 2.5 s.\n- Beats every 2.5 s.')).toEqual([
    '2: 2.5 s',
  ]);
});

test('in a sentence that links to a source outside, the figures are of that source', () => {
  expect(strange('Of 88 one in 5.5 came ([a study](https://a.example)). Here it is 99.')).toEqual([
    '1: 99',
  ]);
});

test('of code, the length of a window counts as well, and what a text names', () => {
  expect(strange('[A beat](src/beat.ts) of 7 % is away for 40 s, and not for 41 s.')).toEqual([
    '1: 41 s',
  ]);
});

test('each row of a table is a paragraph', () => {
  expect(
    strange('| beats | time |\n| --- | ---: |\n| [a](src/beat.ts) | 2.5 s |\n| b | 2.5 s |'),
  ).toEqual(['4: 2.5 s']);
});

test('a section shows in its code and its generated blocks what its sentences may say', () => {
  const text =
    '# A\n\n```sh\nwait --ms=250\n```\n\n250 ms\n\n<!-- generated: a -->\n\n12 of 90\n\n<!-- /generated -->\n\n## B\n\n250 ms\n';
  const shown = (line: number): readonly number[] =>
    declaredInSection(text, line).map(({ value }) => value);
  expect(shown(7)).toEqual(expect.arrayContaining([250, 90]));
  expect(shown(17)).toEqual([]);
});

test('code, what is generated, what is planned and what happened to others is not its matter', () => {
  const text = `
\`77 s\`, RFC 9162, ISO 8601, 45 CFR 164.312(a), 7.2.1, 2019, Node 22.18, [0142](../0142.md)

<!-- plan -->

77 s

<!-- /plan -->

<!-- measured: a bench -->

77 s

<!-- /measured -->

<!-- generated: checks a b -->

77 s

<!-- /generated -->

## Known incidents

77 s.

## After

88 s.
`;
  expect(strange(text)).toEqual(['28: 88 s']);
});
