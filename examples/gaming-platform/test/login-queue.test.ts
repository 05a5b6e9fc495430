import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import type { Waiting } from '../src/domain/login-queue.ts';
import { graceMs } from '../src/domain/login-queue.ts';
import { createLoginQueue, type LoginQueue } from '../src/implementations/hardened/login-queue.ts';
import { hardenedParts } from '../src/implementations/hardened/game.ts';
import type { Outside } from '../src/system.ts';
import { contextWith, inSimulation } from './alone.ts';

const second = 1_000;

type Door = Required<Outside['door']>;
type Row = { token: string; playerId: string; number: number; isAdmitted: boolean };

/** A store and a database, room for three, and queues that come and go before them. */
function world({ losesAnswers = false } = {}) {
  const rows = new Map<string, Row>();
  const inside = new Set<string>();
  const database = { pace: 1, logins: 0 };
  let issued = 0;
  const tickets: Door['tickets'] = {
    async take({ token, playerId }) {
      const known = rows.get(token);
      if (known !== undefined) return { number: known.number, issued };
      issued += 1;
      rows.set(token, { token, playerId, number: issued, isAdmitted: false });
      if (losesAnswers) throw new Error('lost');
      return { number: issued, issued };
    },
    async settle({ admitted, gone }) {
      for (const [token, row] of rows) {
        if (admitted.includes(row.number)) rows.set(token, { ...row, isAdmitted: true });
        if (gone.includes(row.number)) rows.delete(token);
      }
      return { ok: true };
    },
    all: async () => ({ tickets: [...rows.values()], issued }),
  };
  const logins: Door['logins'] = {
    pace: () => database.pace,
    async login() {
      database.logins += 1;
    },
  };
  const present = (): readonly object[] => [...inside].map((playerId) => ({ playerId }));
  return {
    inside,
    database,
    start: (): LoginQueue =>
      createLoginQueue(
        contextWith({ gate: { present } }),
        { tickets, logins, room: { places: 3 } },
        hardenedParts,
        () => inside.size,
      ),
  };
}

type World = ReturnType<typeof world>;

const ask = (
  queue: LoginQueue,
  { inside }: World,
  name: string,
  connection = 1,
): Promise<Waiting | undefined> =>
  queue.ask(name, { token: name, connection }, async () => void inside.add(name));

/** Asks as often as it is told to, until it is in. */
async function waitIn(queue: LoginQueue, around: World, name: string): Promise<void> {
  for (;;) {
    const waiting = await ask(queue, around, name);
    if (waiting === undefined) return;
    await sleep(waiting.againInMs);
  }
}

describe('a place in line', () => {
  test('is that of the token, however often it is asked for and over which connection', () =>
    inSimulation(async () => {
      const around = world();
      const queue = around.start();
      const positions = [];
      for (const [name, connection] of [
        ['a', 1],
        ['b', 1],
        ['c', 1],
        ['b', 2],
        ['a', 1],
      ] as const) {
        positions.push((await ask(queue, around, name, connection))?.position);
      }
      expect(positions).toEqual([1, 2, 3, 2, 1]);
      queue.close();
    }));

  test('is the same when the answer of the store was lost', () =>
    inSimulation(async () => {
      const around = world({ losesAnswers: true });
      const queue = around.start();
      await expect(ask(queue, around, 'a')).rejects.toThrow('lost');
      await expect(ask(queue, around, 'b')).rejects.toThrow('lost');
      expect((await ask(queue, around, 'b'))?.position).toBe(2);
      expect((await ask(queue, around, 'a'))?.position).toBe(1);
      queue.close();
    }));

  test('outlives the process, and whoever was admitted is let in by the next one', () =>
    inSimulation(async () => {
      const around = world();
      const before = around.start();
      for (const name of ['a', 'b', 'c']) await ask(before, around, name);
      await sleep(1.5 * second);
      before.close();
      const after = around.start();
      expect((await ask(after, around, 'c'))?.position).toBe(2);
      expect(await ask(after, around, 'a')).toBeUndefined();
      after.close();
    }));

  test('is given to others when nothing is heard of its owner for longer than his grace', () =>
    inSimulation(async () => {
      const around = world();
      const queue = around.start();
      for (const name of ['gone', 'back', 'c', 'd']) await ask(queue, around, name);
      void waitIn(queue, around, 'c');
      void waitIn(queue, around, 'd');
      await sleep(graceMs - 5 * second);
      // Both who are away were admitted, and there is no room for the last.
      expect([...around.inside]).toEqual(['c']);
      await waitIn(queue, around, 'back');
      await sleep(30 * second);
      expect([...around.inside]).toEqual(['c', 'back', 'd']);
      queue.close();
    }));
});

describe('people are admitted', () => {
  test('as there is room for those who came first, and as fast as the database says that it carries', () =>
    inSimulation(async () => {
      const around = world();
      const queue = around.start();
      around.database.pace = 0.1;
      const names = ['a', 'b', 'c', 'd', 'e'];
      for (const name of names) await ask(queue, around, name);
      for (const name of names) void waitIn(queue, around, name);
      await sleep(15 * second);
      expect([...around.inside]).toEqual(['a']);
      around.database.pace = 1;
      await sleep(20 * second);
      expect([...around.inside].toSorted()).toEqual(['a', 'b', 'c']);
      expect(around.database.logins).toBe(3);
      queue.close();
    }));

  test('and the farther back somebody is, the later he is to ask again', () =>
    inSimulation(async () => {
      const around = world();
      const queue = around.start();
      const answers = [];
      for (let number = 1; number <= 100; number += 1) {
        answers.push((await ask(queue, around, `player-${number}`))?.againInMs ?? 0);
      }
      const [first = 0] = answers;
      expect(first).toBeGreaterThanOrEqual(0.75 * second);
      expect(first).toBeLessThanOrEqual(1.25 * second);
      expect(Math.max(...answers)).toBeLessThanOrEqual(1.25 * 15 * second);
      // Of those who are equally far from being let in, no two ask at once.
      expect(new Set(answers.slice(50)).size).toBe(50);
      queue.close();
    }));
});
