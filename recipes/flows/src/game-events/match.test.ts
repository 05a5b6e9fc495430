import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { type Action, applied, type MatchState, newMatch, replayed, scoresOf } from './match.ts';

const action = (changes: Partial<Action>): Action => ({
  id: 'a',
  match: 'm',
  player: 'ann',
  number: 1,
  what: 'move',
  atMs: 0,
  x: 0,
  target: '',
  ...changes,
});

test('a hit, a miss and a coin', () => {
  const log = [
    action({}),
    action({ player: 'bob', x: 40 }),
    action({ number: 2, what: 'shoot', target: 'bob', atMs: 500 }),
    action({ player: 'bob', number: 2, x: 41, atMs: 500 }),
    action({ number: 3, what: 'shoot', target: 'bob', atMs: 1_000 }),
    action({ number: 4, what: 'collect', target: 'coin', atMs: 1_500 }),
    action({ player: 'bob', number: 3, what: 'collect', target: 'coin', x: 41, atMs: 1_000 }),
  ];
  expect(scoresOf(replayed(log))).toEqual({ ann: 15, bob: 0 });
});

test('the same number twice counts once, under whatever id it comes', () => {
  const { state } = applied(newMatch, action({ what: 'collect', target: 'coin' }));
  const again = applied(state, action({ id: 'b', what: 'collect', target: 'other' }));
  expect(again).toEqual({ state, verdict: { kind: 'ignored' } });
});

test('who is quicker than anybody can be has cheated, and stays where it was', () => {
  const { state } = applied(newMatch, action({ x: 0, atMs: 0 }));
  const jump = applied(state, action({ number: 2, x: 21, atMs: 1_000 }));
  expect(jump.verdict).toEqual({ kind: 'cheated', why: 'too-fast' });
  expect(jump.state.players['ann']).toMatchObject({ x: 0, atMs: 0, number: 2 });
  expect(applied(state, action({ number: 2, x: 20, atMs: 1_000 })).verdict.kind).toBe('done');
  expect(applied(state, action({ number: 2, atMs: 199 })).verdict).toMatchObject({
    why: 'too-soon',
  });
});

test('nothing counts after the end', () => {
  const { state } = applied(newMatch, action({ what: 'finish', player: 'host' }));
  expect(applied(state, action({})).verdict.kind).toBe('ignored');
});

test('a log makes the same match again, from the beginning or from any state on the way', () => {
  const anyAction = record({
    id: constantFrom('a', 'b'),
    match: constantFrom('m'),
    player: constantFrom('ann', 'bob', 'cid'),
    number: integer({ min: 1, max: 20 }),
    what: constantFrom('move', 'shoot', 'collect', 'finish'),
    atMs: integer({ min: 0, max: 20_000 }),
    x: integer({ min: -100, max: 100 }),
    target: constantFrom('ann', 'bob', 'coin-1', 'coin-2'),
  });
  assert(
    property(array(anyAction, { maxLength: 60 }), integer({ min: 0, max: 60 }), (log, cut) => {
      const kept: unknown = JSON.parse(JSON.stringify(replayed(log.slice(0, cut))));
      const resumed = log
        .slice(cut)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was written is read
        .reduce((state, each) => applied(state, each).state, kept as MatchState);
      expect(resumed).toEqual(replayed(log));
    }),
  );
});
