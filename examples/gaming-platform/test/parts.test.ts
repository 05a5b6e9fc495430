import { describe, expect, test } from 'vitest';
import { createRandom } from '@firedrill/core/simulation';
import {
  achievementsBetween,
  evolve,
  type Input,
  isPossible,
  newcomer,
  type PlayerState,
} from '../src/domain.ts';
import { createPatterns } from '../src/implementations/hardened/patterns.ts';
import { createRules } from '../src/implementations/hardened/rules.ts';
import { startTicks } from '../src/implementations/shard/tick-loop.ts';
import { createStore } from '../src/services/store.ts';
import { createCalendar } from '../src/world/calendar.ts';
import { createSettling } from '../src/implementations/hardened/settling.ts';
import { createWriteBehind } from '../src/implementations/hardened/write-behind.ts';
import { contextWith, ignore, inSimulation } from './alone.ts';

const state: PlayerState = newcomer({
  playerId: 'player-1',
  name: 'Player 1',
  spawn: { x: 10, y: 20 },
});

const input = (sequence: number, action: Input['action'], madeAtMs = 0): Input => ({
  playerId: 'player-1',
  sequence,
  madeAtMs,
  action,
});

const hit = { type: 'attack', distanceM: 5, aimErrorDeg: 0 } as const;

describe('the rules of the game', () => {
  test('given a move, the position is where the step leads', () => {
    const after = evolve(state, input(1, { type: 'move', dx: 3, dy: -4 }));
    expect(after).toEqual({ ...state, sequence: 1, x: 13, y: 16 });
  });

  test('given five hits, a monster is defeated and counts ten points', () => {
    let after = state;
    for (let sequence = 1; sequence <= 5; sequence += 1)
      after = evolve(after, input(sequence, hit));
    expect(after).toMatchObject({ hits: 5, defeats: 1, score: 10 });
  });

  test('given an aim that is off, nothing is hit, and the input counts all the same', () => {
    const after = evolve(state, input(1, { ...hit, aimErrorDeg: -2 }));
    expect(after).toEqual({ ...state, sequence: 1 });
  });

  test('a step of six metres is possible, a longer one is not; nor is a blow over nine metres', () => {
    expect(isPossible({ type: 'move', dx: 6, dy: 0 })).toBe(true);
    expect(isPossible({ type: 'move', dx: 6, dy: 1 })).toBe(false);
    expect(isPossible({ ...hit, distanceM: 9 })).toBe(false);
  });

  test('each achievement is unlocked once on the way, however large the stride', () => {
    expect(achievementsBetween(0, 6).map(({ id }) => id)).toEqual(['hunter', 'slayer', 'legend']);
    expect(achievementsBetween(3, 5)).toEqual([]);
    expect(achievementsBetween(2, 3).map(({ id }) => id)).toEqual(['slayer']);
  });
});

/** What is found within sixty attacks of somebody with this aim and these pauses. */
const conspicuous = (aimDeg: number, pauses: { p50: number; p99: number }, seed: number) => {
  const random = createRandom(seed, 'player');
  const patterns = createPatterns();
  let madeAtMs = 0;
  let found: string | undefined;
  for (let sequence = 1; sequence <= 60; sequence += 1) {
    madeAtMs += random.logNormal(pauses);
    const attack = { ...hit, aimErrorDeg: aimDeg * random.normal() };
    found ??= patterns.conspicuous(input(sequence, attack, madeAtMs));
  }
  return found;
};

describe('the anti-cheat', () => {
  test('refuses whoever runs faster than anybody can, once his budget is used up', () => {
    const rules = createRules();
    const offences: (string | undefined)[] = [];
    for (let sequence = 1; sequence <= 60; sequence += 1) {
      const step = input(sequence, { type: 'move', dx: 5, dy: 0 });
      offences.push(rules.offence({ ...step, receivedAtMs: sequence * 250 }));
    }
    expect(offences.slice(0, 20)).toEqual(Array.from({ length: 20 }));
    expect(offences).toContain('too fast');
  });

  test('lets ten seconds of steps arrive at once', () => {
    const rules = createRules();
    for (let sequence = 1; sequence <= 15; sequence += 1) {
      const step = input(sequence, { type: 'move', dx: 5, dy: 0 });
      expect(rules.offence({ ...step, receivedAtMs: 60_000 })).toBeUndefined();
    }
  });

  test('finds an aim too good and a rhythm too even, and neither with good people', () => {
    const human = { p50: 800, p99: 3_000 };
    for (let seed = 1; seed <= 50; seed += 1) {
      expect(conspicuous(0.6, human, seed), `seed ${seed}`).toBeUndefined();
      expect(conspicuous(0.1, human, seed), `seed ${seed}`).toMatch(/aim/);
      expect(conspicuous(0.6, { p50: 800, p99: 900 }, seed), `seed ${seed}`).toMatch(/pauses/);
    }
  });
});

describe('writing behind', () => {
  test('writes the latest value of each key, once', async () => {
    const written: string[][] = [];
    const writer = createWriteBehind<string>(async (values) => written.push([...values]));
    writer.put('a', 'a1');
    writer.put('b', 'b1');
    writer.put('a', 'a2');
    await writer.flush();
    await writer.flush();
    expect(written).toEqual([['a2', 'b1']]);
    expect(writer.pending).toBe(0);
  });

  test('a batch that fails is written again, unless something newer has come', async () => {
    const written: string[][] = [];
    let fails = true;
    const writer = createWriteBehind<string>(async (values) => {
      if (fails) throw new Error('storage is down');
      written.push([...values]);
    });
    writer.put('a', 'a1');
    writer.put('b', 'b1');
    const failing = writer.flush();
    writer.put('a', 'a2');
    await expect(failing).rejects.toThrow('storage is down');
    fails = false;
    await writer.flush();
    expect(written.flat().toSorted()).toEqual(['a2', 'b1']);
  });

  test('whoever waits for a value hears when it, or a newer one, is written, or it is removed', async () => {
    const heard: string[] = [];
    let fails = true;
    const writer = createWriteBehind<string>(async (values) => {
      heard.push(values.join());
      if (fails) throw new Error('storage is down');
    });
    const put = (key: string, value: string): void =>
      writer.put(key, value, () => heard.push(`done ${value}`));
    put('a', 'a1');
    put('b', 'b1');
    put('c', 'c1');
    const failing = writer.flush();
    put('a', 'a2');
    writer.remove('b');
    await expect(failing).rejects.toThrow('storage is down');
    fails = false;
    await writer.flush();
    expect(heard).toEqual(['a1,b1,c1', 'done b1', 'a2,c1', 'done a1', 'done a2', 'done c1']);
  });
});

describe('settling', () => {
  test('a state is settled when what follows from it, and from those before it, is done', () => {
    const settled: number[] = [];
    const settling = createSettling(({ sequence }) => settled.push(sequence));
    const first = settling.begin({ ...state, sequence: 1 });
    const rewarded = first.follow();
    first.done();
    const second = settling.begin({ ...state, sequence: 2 });
    second.done();
    expect(settled).toEqual([]);
    expect(settling.size).toBe(2);
    rewarded();
    rewarded();
    expect(settled).toEqual([2]);
    expect(settling.size).toBe(0);
  });

  test('players do not wait for each other', () => {
    const settled: string[] = [];
    const settling = createSettling(({ playerId }) => settled.push(playerId));
    settling.begin({ ...state, playerId: 'player-1', sequence: 1 }).follow();
    settling.begin({ ...state, playerId: 'player-2', sequence: 1 }).done();
    expect(settled).toEqual(['player-2']);
  });
});

test('an older row or line never overwrites a newer one, and a banned player stays away', () => {
  const books = createStore();
  books.saveNewer([{ ...state, sequence: 7, score: 70 }]);
  books.saveNewer([{ ...state, sequence: 6, score: 60 }]);
  expect(books.row('player-1')?.score).toBe(70);
  books.submitScores([{ playerId: 'player-1', score: 70, version: 7 }]);
  books.submitScores([{ playerId: 'player-1', score: 60, version: 6 }]);
  expect(books.score('player-1')).toBe(70);
  books.removeScore('player-1');
  books.submitScores([{ playerId: 'player-1', score: 80, version: 8 }]);
  expect(books.score('player-1')).toBe(0);
});

test('a calendar hands out what is due, slot by slot, and forgets nothing that is late', () => {
  const calendar = createCalendar<string>(25);
  calendar.add(60, 'third');
  calendar.add(10, 'first');
  calendar.add(25, 'second');
  expect(calendar.takeUntil(50)).toEqual(['first', 'second']);
  calendar.add(10, 'late');
  expect(calendar.size).toBe(2);
  expect(calendar.takeUntil(1_000)).toEqual(['third', 'late']);
});

test('a timer that fires a moment early makes no second tick', () =>
  inSimulation(async () => {
    let ticks = 0;
    const gate = { endTick: ignore, hasInputs: () => false };
    const context = contextWith({ gate });
    const clock = { ...context.clock, elapsedMs: () => 0.99 * performance.now() };
    const loop = startTicks({ ...context, clock }, () => {
      ticks += 1;
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 10_000);
    });
    const counted = ticks;
    await loop.stop();
    expect(counted).toBeGreaterThan(195);
    expect(counted).toBeLessThan(205);
  }));
