import { createRandom } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import { newcomer, type PlayerState, type Position, type Update } from '../src/domain.ts';
import { createInterest } from '../src/implementations/hardened/interest.ts';
import { createPositions } from '../src/implementations/hardened/positions.ts';
import type { Outside } from '../src/system.ts';
import { show, type View } from '../src/world/views.ts';

const seeds = Array.from({ length: 5 }, (_, index) => index + 1);
const radiusM = 10;
/** A few cells in a row: most of those who meet stand in another cell. */
const fieldM = 60;

const ignore = (): void => {};

/** Interest management, the screens that it fills, and what was said since that was last asked. */
function interestInView() {
  const screens = new Map<string, View>();
  let said: string[] = [];
  const connect = (playerId: string) => {
    const view: View = { players: new Map(), acts: new Set() };
    screens.set(playerId, view);
    return {
      tell(update: Update) {
        const of = update.kind === 'full' ? update.state.playerId : update.playerId;
        said.push(`${playerId} hears: ${of} ${update.kind}`);
        show(view, update);
      },
    };
  };
  const outside = { cpu: { compare: ignore, encode: ignore }, gate: { connect } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the outside
  const interest = createInterest(outside as unknown as Outside, radiusM);
  return {
    interest,
    screens,
    heard: (): readonly string[] => {
      const all = said.toSorted();
      said = [];
      return all;
    },
  };
}

/** On whole metres, so that many are exactly as far away as anybody is seen. */
const isNear = (one: Position, other: Position): boolean =>
  (one.x - other.x) ** 2 + (one.y - other.y) ** 2 <= radiusM ** 2;

const pair = (one: string, other: string, kind: string): readonly string[] => [
  `${one} hears: ${other} ${kind}`,
  `${other} hears: ${one} ${kind}`,
];

const at = ([playerId, position]: readonly [string, Position | undefined]): string =>
  `${playerId} at ${position?.x} ${position?.y}`;

test.each(seeds)(
  'every screen shows who is near, and nobody hears more than he has to (%i)',
  (seed) => {
    const random = createRandom(seed, 'interest');
    const { interest, screens, heard } = interestInView();
    const there = new Map<string, PlayerState>();
    const othersNear = (state: PlayerState): readonly string[] =>
      [...there.values()]
        .filter((other) => other.playerId !== state.playerId && isNear(state, other))
        .map(({ playerId }) => playerId);
    const anyone = (): PlayerState | undefined =>
      [...there.values()][random.integer(0, there.size)];

    function enter(number: number): readonly string[] {
      const spawn = { x: random.integer(0, fieldM), y: random.integer(0, fieldM) };
      const state = newcomer({ playerId: `player-${number}`, name: '', spawn });
      interest.enter(state);
      const { playerId } = state;
      const met = othersNear(state).flatMap((other) => pair(playerId, other, 'full'));
      there.set(playerId, state);
      return [`${playerId} hears: ${playerId} full`, ...met];
    }
    function move(before: PlayerState): readonly string[] {
      const step = { x: random.integer(-4, 4), y: random.integer(-4, 4) };
      const state = { ...before, x: before.x + step.x, y: before.y + step.y };
      const { playerId } = state;
      const known = othersNear(before);
      interest.moved(state);
      there.set(playerId, state);
      const near = othersNear(state);
      return [
        ...near.flatMap((other) =>
          known.includes(other)
            ? [`${other} hears: ${playerId} moved`]
            : pair(playerId, other, 'full'),
        ),
        ...known
          .filter((other) => !near.includes(other))
          .flatMap((other) => pair(playerId, other, 'left')),
      ];
    }
    function act(state: PlayerState): readonly string[] {
      interest.acted(state);
      return othersNear(state).map((other) => `${other} hears: ${state.playerId} acted`);
    }
    function leave(state: PlayerState): readonly string[] {
      interest.leave(state.playerId);
      there.delete(state.playerId);
      screens.delete(state.playerId);
      return othersNear(state).map((other) => `${other} hears: ${state.playerId} left`);
    }

    for (let turn = 1; turn <= 150; turn += 1) {
      const player = anyone();
      const what = random.next();
      const isNew = player === undefined || what < 0.25;
      const expected = isNew
        ? enter(turn)
        : (what < 0.7 ? move : what < 0.85 ? act : leave)(player);
      expect(heard().join('\n')).toBe(expected.toSorted().join('\n'));
      for (const [observerId, { players }] of screens) {
        const observer = there.get(observerId);
        if (observer === undefined) throw new Error(`${observerId} has left.`);
        // A phone knows its own player.
        const shown = [...players].filter(([id]) => id !== observerId).map(at);
        const near = othersNear(observer).map((id) => at([id, there.get(id)]));
        expect(shown.toSorted().join()).toBe(near.toSorted().join());
      }
    }
  },
);

test('whoever has left is told to nobody, whatever is still said of him', () => {
  const { interest, heard } = interestInView();
  const [one, other] = ['one', 'other'].map((playerId) =>
    newcomer({ playerId, name: '', spawn: { x: 1, y: 1 } }),
  );
  if (one === undefined || other === undefined) throw new Error('Nobody is there.');
  interest.enter(one);
  interest.enter(other);
  interest.leave(other.playerId);
  heard();
  interest.moved(other);
  interest.acted(other);
  interest.leave(other.playerId);
  expect(heard()).toEqual([]);
});

test('a place stands in its slot until it is removed, however many there are', () => {
  const random = createRandom(1, 'positions');
  const positions = createPositions();
  const kept = new Map<number, Position>();
  const last: number[] = [];
  for (let turn = 0; turn < 6_000; turn += 1) {
    const position = { x: random.integer(0, 1_000), y: random.integer(0, 1_000) };
    const what = random.next();
    const slot = what < 0.3 ? last.pop() : undefined;
    if (slot === undefined) {
      const added = positions.add(position);
      if (kept.has(added)) throw new Error(`Slot ${added} is taken.`);
      kept.set(added, position);
      last.push(added);
    } else if (what < 0.15) {
      positions.remove(slot);
      kept.delete(slot);
    } else {
      positions.set(slot, position);
      kept.set(slot, position);
    }
  }
  expect(kept.size).toBeGreaterThan(2_048);
  const origin = { x: 0, y: 0 };
  for (const [slot, { x, y }] of kept) expect(positions.squareM(slot, origin)).toBe(x * x + y * y);
});
