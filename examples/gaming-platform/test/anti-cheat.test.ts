import { createRandom } from '@firedrill/core/simulation';
import { describe, expect, test } from 'vitest';
import type { Action, ReceivedInput } from '../src/domain.ts';
import { createAntiCheat } from '../src/implementations/hardened/anti-cheat.ts';
import { createPatterns } from '../src/implementations/hardened/patterns.ts';
import { createRules } from '../src/implementations/hardened/rules.ts';
import type { Context } from '../src/system.ts';
import { law } from '../src/truth/law.ts';

const blow: Action = { type: 'attack', distanceM: 5, aimErrorDeg: 0.5 };
const longBlow: Action = { type: 'attack', distanceM: 30, aimErrorDeg: 0.5 };

const input = (action: Action, atMs: number, playerId = 'player-1'): ReceivedInput => ({
  playerId,
  sequence: 1,
  madeAtMs: atMs,
  receivedAtMs: atMs,
  action,
});

describe('the pace that is possible', () => {
  interface Deed {
    readonly atMs: number;
    readonly amount: number;
  }

  /** Whether in each stretch of time that ends now no more was done than goes into it and one silence. */
  const isPossible = (deeds: readonly Deed[], perSecond: number): boolean =>
    deeds.every(({ atMs }, first) => {
      const since = deeds.slice(first);
      const done = since.reduce((sum, { amount }) => sum + amount, 0);
      const seconds = ((since.at(-1)?.atMs ?? atMs) - atMs) / 1_000;
      return done <= (seconds + law.silenceS) * perSecond;
    });

  test.each([1, 2, 3])(
    'is allowed, and nothing beyond it, to each player for himself (%i)',
    (seed) => {
      const random = createRandom(seed, 'pace');
      const rules = createRules();
      const done = new Map<string, Deed[]>();
      let atMs = 60_000;
      let refused = 0;
      for (let turn = 1; turn <= 500; turn += 1) {
        // Halves and quarters, which are exact; now and then somebody is silent for half a minute.
        atMs += random.chance(0.01) ? 30_000 : random.chance(0.4) ? 250 : 0;
        const playerId = `player-${random.integer(1, 2)}`;
        const step: Action = { type: 'move', dx: 0, dy: random.integer(0, 12) / 2 };
        const action = random.chance(0.7) ? step : blow;
        const key = `${playerId} ${action.type}`;
        const isStep = action.type === 'move';
        const deeds = [...(done.get(key) ?? []), { atMs, amount: isStep ? action.dy : 1 }];
        const isAllowed = isPossible(deeds, isStep ? law.metresPerSecond : law.blowsPerSecond);
        const offence = rules.offence(input(action, atMs, playerId));
        expect(offence === undefined, `${key} in turn ${turn}`).toBe(isAllowed);
        if (isAllowed) done.set(key, deeds);
        else refused += 1;
      }
      expect(refused).toBeGreaterThan(5);
    },
  );

  test('is not used up by what is refused, emotes or farewells', () => {
    const rules = createRules();
    for (let times = 1; times <= 50; times += 1) {
      expect(rules.offence(input(longBlow, 0))).toBe('impossible');
      expect(rules.offence(input({ type: 'move', dx: 100, dy: 0 }, 0))).toBe('impossible');
      expect(rules.offence(input({ type: 'emote', emote: 'wave' }, 0))).toBeUndefined();
    }
    for (let times = 1; times <= law.silenceS; times += 1) {
      expect(rules.offence(input({ type: 'move', dx: -6, dy: 0 }, 0))).toBeUndefined();
      expect(rules.offence(input(blow, 0))).toBeUndefined();
    }
    expect(rules.offence(input(blow, 0))).toBe('too many blows');
    expect(rules.offence(input({ type: 'move', dx: 0, dy: 1 }, 0))).toBe('too fast');
  });
});

/** The number of the first action with which somebody is, of a hundred; undefined when he never is. */
function conspicuousAt(pauseMs: (index: number) => number, action: (index: number) => Action) {
  const patterns = createPatterns();
  let madeAtMs = 5_000_000;
  for (let index = 1; index <= 100; index += 1) {
    madeAtMs += pauseMs(index);
    if (patterns.conspicuous(input(action(index), madeAtMs)) !== undefined) return index;
  }
  return undefined;
}
/** As uneven as people are. */
const human = (index: number): number => (index % 3 === 0 ? 2_500 : 500);
const attack = (aimErrorDeg: number): Action => ({ type: 'attack', distanceM: 5, aimErrorDeg });
const walk: Action = { type: 'move', dx: 1, dy: 0 };
const alternating =
  (aimDeg: number) =>
  (index: number): Action =>
    attack(index % 2 === 0 ? aimDeg : -aimDeg);
/** One blow of so many goes wide, and the others hit the middle. */
const wide = (every: number, aimErrorDeg: number) => (index: number) =>
  attack(index % every === 0 ? aimErrorDeg : 0.05);
const seldom = (index: number): Action => (index % 4 === 0 ? attack(0.1) : walk);

describe('what is conspicuous', () => {
  test('is an aim that nobody has, as soon as there are enough attacks to say so', () => {
    expect(conspicuousAt(human, alternating(0.2))).toBe(16);
    expect(conspicuousAt(human, alternating(0.22))).toBeUndefined();
  });

  test('is an aim on average: one blow that goes wide is no excuse, and many are', () => {
    expect(conspicuousAt(human, wide(10, 0.6))).toBe(16);
    expect(conspicuousAt(human, wide(2, 0.6))).toBeUndefined();
  });

  test('is an aim of attacks alone, however much somebody walks', () => {
    expect(conspicuousAt(human, seldom)).toBe(4 * 16);
    expect(conspicuousAt(human, () => walk)).toBeUndefined();
  });

  test.each([120, 900, 4_000])('is a rhythm of a clock, with pauses of %i ms', (meanMs) => {
    const uneven = (variation: number) => (index: number) =>
      meanMs * (index % 2 === 0 ? 1 + variation : 1 - variation);
    expect(conspicuousAt(uneven(0), () => walk)).toBe(31);
    expect(conspicuousAt(uneven(0.16), () => walk)).toBe(31);
    expect(conspicuousAt(uneven(0.2), () => walk)).toBeUndefined();
  });

  test('is conspicuous of one player, and begins anew with whoever comes back', () => {
    const patterns = createPatterns();
    const found: (string | undefined)[] = [];
    for (let index = 1; index <= 15; index += 1) {
      for (const playerId of ['player-1', 'player-2']) {
        found.push(patterns.conspicuous(input(attack(0.1), human(index) * index, playerId)));
      }
    }
    patterns.forget('player-1');
    found.push(patterns.conspicuous(input(attack(0.1), 99_999, 'player-1')));
    expect(found).toEqual(found.map(() => undefined));
    expect(patterns.conspicuous(input(attack(0.1), 99_999, 'player-2'))).toMatch(/aim/);
  });
});

/** The anti-cheat, and what it has charged and refused. */
function antiCheat() {
  let charged = 0;
  let refused = 0;
  const context = {
    outside: { cpu: { check: (checks: number) => (charged += checks) } },
    telemetry: { count: () => (refused += 1) },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of a context
  const made = createAntiCheat(context as unknown as Context);
  return {
    examine: (given: ReceivedInput) => made.examine(given),
    forget: (playerId: string) => made.forget(playerId),
    counts: () => ({ charged, refused }),
  };
}

describe('the anti-cheat', () => {
  test('reports a player with his third offence, and refuses every one', () => {
    const { examine, counts } = antiCheat();
    const found = [1, 2, 3, 4].map((second) => examine(input(longBlow, 1_000 * second)));
    expect(found.map(({ offence }) => offence)).toEqual(found.map(() => 'impossible'));
    expect(found.map(({ suspicion }) => suspicion?.playerId)).toEqual([
      undefined,
      undefined,
      'player-1',
      'player-1',
    ]);
    expect(found[2]?.suspicion?.evidence).toMatch(/3 offences.*impossible/);
    expect(examine(input(blow, 9_000))).toEqual({ offence: undefined, suspicion: undefined });
    expect(counts()).toEqual({ charged: 5, refused: 4 });
  });

  test('counts the offences of each player, and forgets them with him', () => {
    const { examine, forget } = antiCheat();
    const offends = (playerId: string): boolean =>
      examine(input(longBlow, 1_000, playerId)).suspicion !== undefined;
    const reported = ['player-1', 'player-2', 'player-1', 'player-2'].map(offends);
    forget('player-1');
    reported.push(offends('player-1'), offends('player-1'));
    expect(reported).toEqual(reported.map(() => false));
    expect([offends('player-2'), offends('player-1')]).toEqual([true, true]);
  });

  test('forgets the pace of a player with him, and nothing of the others', () => {
    const { examine, forget } = antiCheat();
    const strikesTo = (playerId: string): number => {
      let times = 0;
      while (times < 100 && examine(input(blow, 0, playerId)).offence === undefined) times += 1;
      return times;
    };
    const paces = [strikesTo('player-1'), strikesTo('player-2')];
    forget('player-1');
    expect([...paces, strikesTo('player-1'), strikesTo('player-2')]).toEqual([15, 15, 15, 0]);
  });

  test('reports whoever is conspicuous, and refuses nothing for it', () => {
    const { examine } = antiCheat();
    const perfect: Action = { ...blow, aimErrorDeg: 0 };
    const found = Array.from({ length: 16 }, (_, index) => examine(input(perfect, 2_000 * index)));
    expect(found.filter(({ offence }) => offence !== undefined)).toEqual([]);
    expect(found.findIndex(({ suspicion }) => suspicion !== undefined)).toBe(15);
  });
});
