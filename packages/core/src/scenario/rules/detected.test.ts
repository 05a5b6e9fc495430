import { expect, test } from 'vitest';
import type { Judged } from '../judged.ts';
import type { ExampleTypes } from '../types.ts';
import { detected, type Examined } from './detected.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these detectors look at no phase
const phase = {} as Judged<ExampleTypes>;

const some = (count: number, one: Examined): readonly Examined[] =>
  Array.from({ length: count }, () => one);

const detectorOf = (examined: readonly Examined[]) =>
  detected({ examined: () => examined, looksFor: ['bot', 'macro'], baseRates: [0.5, 0.001] });

const alarm = { score: 0.9, isAlarm: true };
const silence = { score: 0.2, isAlarm: false };

const detector = detectorOf([
  ...some(80, { ...alarm, kind: 'bot' }),
  ...some(20, { ...silence, kind: 'macro' }),
  ...some(5, { ...silence, kind: 'a-friend' }),
  ...some(10, { ...alarm, kind: undefined }),
  ...some(990, { ...silence, kind: undefined }),
]);

const spared = (atMost: number) => detector.spared('the honest are left alone', 'one', { atMost });

test('what was planted is told with its interval, other kinds beside it, and what an alarm is worth', () => {
  const { observed, holds } = detector
    .found('bots are found', 'bot', { atLeast: 0.7 })
    .judge(phase);
  expect(holds).toBe(true);
  expect(observed).toMatch(
    /^80 %: 80 of 100 bots \(99 % interval .*\); bot 80 of 80, macro 0 of 20; besides: a friend 0 of 5/,
  );
  expect(observed).toMatch(/of the alarms right: 98.8 % where 50 % are, 7.4 % where 0.1 % are$/);
});

test('a rule may ask for one of the kinds, and the other one is told', () => {
  const rule = detector.found('macros are found', 'macro', { kinds: ['macro'], atLeast: 0.5 });
  expect(rule.judge(phase)).toMatchObject({ holds: false, value: 0 });
  expect(rule.judge(phase).observed).toContain('besides: bot 80 of 80, a friend 0 of 5');
});

test('where nothing was planted nothing was shown, unless it may be so; and the honest are counted by themselves', () => {
  const nobody = detectorOf(some(3, { ...silence, kind: undefined }));
  const found = (mayBeNone: boolean) =>
    nobody.found('bots are found', 'bot', { atLeast: 1, mayBeNone }).judge(phase);
  expect(found(true)).toMatchObject({ holds: true, observed: 'there was no bot' });
  expect(found(false)).toMatchObject({ holds: false });
  expect(spared(0.01).judge(phase)).toMatchObject({ holds: true, value: 0.01 });
  expect(spared(0.001).judge(phase)).toMatchObject({ holds: false });
});

test('a curve tells what another threshold would have done, and nothing of nobody', () => {
  const nouns = { planted: 'bots', honest: 'players', appliesTo: () => true };
  const rows = detector.curve([0.1, 0.5], nouns);
  expect(Object.keys(rows)).toEqual([
    'foundAt0.1',
    'suspectedAt0.1',
    'foundAt0.5',
    'suspectedAt0.5',
  ]);
  expect(rows['foundAt0.1']?.of(phase)).toBe(1);
  expect(rows['foundAt0.5']?.of(phase)).toBe(0.8);
  expect(rows['suspectedAt0.5']?.of(phase)).toBe(0.01);
  expect(detectorOf([]).curve([0.5], nouns)['foundAt0.5']?.of(phase)).toBeUndefined();
});
