import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import type { Stamp } from '../src/domain/protocol.ts';
import { createJournal } from '../src/implementations/hardened/journal.ts';
import { portsWith } from './ports.ts';
import { inVirtualTime } from './virtual-time.ts';

/** How a write ends: the history has it and says so, has it and its answer is lost, or has it not. */
type Ending = 'taken' | 'answer lost' | 'refused';

const stamp = (id: string): Stamp => ({
  id,
  by: 'ada',
  atMs: 0,
  kind: 'create',
  shapeId: id,
  isLate: false,
});

/** A journal, and what it says of its history. */
function openJournal(endingOf: (write: number) => Ending) {
  const inHistory = new Set<string>();
  /** Groups that the history is said to have, and those of them that it did not have at that moment. */
  const recorded: string[] = [];
  const tooEarly: string[] = [];
  const counted = { writes: 0, deadLetters: 0 };
  const journal = createJournal(
    portsWith({
      async recordHistory(entries) {
        counted.writes += 1;
        const ending = endingOf(counted.writes);
        if (ending !== 'refused') for (const { id } of entries) inHistory.add(id);
        if (ending !== 'taken') throw new Error('history is down');
      },
      count(what) {
        if (what === 'historyDeadLetters') counted.deadLetters += 1;
      },
    }),
  );
  /** Takes over edits that came together. */
  const record = (group: string, size: number): void => {
    const ids = Array.from({ length: size }, (_, index) => `${group}-${index}`);
    journal.record('room-1', ids.map(stamp), {
      onRecorded() {
        recorded.push(group);
        if (!ids.every((id) => inHistory.has(id))) tooEarly.push(group);
      },
    });
  };
  return { journal, record, recorded, tooEarly, counted };
}

/** So often a batch is tried before it becomes a dead letter. */
const attempts = 8;

/** Never, once, as often as it is bearable, and up to the first and the second replay of two batches. */
const failures = [0, 1, attempts - 1, attempts, attempts + 2, 2 * attempts, 2 * attempts + 3];

describe('the journal says once that the history has edits, when it has all of them', () => {
  test.each(
    (['refused', 'answer lost'] as const).flatMap((ending) =>
      failures.map((times) => ({ ending, times })),
    ),
  )('though the first $times writes are: $ending', ({ ending, times }) =>
    inVirtualTime(async () => {
      const { journal, record, recorded, tooEarly, counted } = openJournal((write) =>
        write <= times ? ending : 'taken',
      );
      record('a', 1);
      // More than one batch holds: the first part may be there long before the second.
      record('b', 600);
      await sleep(5_000);
      record('c', 1);
      await journal.close();
      expect(tooEarly).toEqual([]);
      expect(recorded.toSorted()).toEqual(['a', 'b', 'c']);
      expect(counted.deadLetters > 0).toBe(times >= attempts);
    }),
  );

  test('and never, when the history has refused them to the end', () =>
    inVirtualTime(async () => {
      const { journal, record, recorded, counted } = openJournal(() => 'refused');
      record('a', 1);
      await journal.close();
      expect(counted.deadLetters).toBe(1);
      expect(recorded).toEqual([]);
      expect(journal.pending).toBe(1);
    }));
});

/** Edits of one room, numbered. */
const stampsOf = (room: string, count: number): readonly Stamp[] =>
  Array.from({ length: count }, (_, number) => stamp(`${room}-${number}`));

describe('the history', () => {
  test('has the edits of a room in their order, in batches of 500 at most, though writes fail', () =>
    inVirtualTime(async () => {
      const sizes: number[] = [];
      const inHistory = new Set<string>();
      let writes = 0;
      const journal = createJournal(
        portsWith({
          async recordHistory(entries) {
            writes += 1;
            await sleep(100);
            if (writes % 3 !== 0) throw new Error('history is down');
            sizes.push(entries.length);
            for (const { id } of entries) inHistory.add(id);
          },
        }),
      );
      const edits = stampsOf('r', 1_700);
      for (let at = 0; at < edits.length; at += 100) {
        journal.record('r', edits.slice(at, at + 100));
        if (at % 500 === 0) await sleep(300);
      }
      expect(journal.pending).toBeGreaterThan(0);
      await journal.close();
      expect([...inHistory]).toEqual(edits.map(({ id }) => id));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
      expect(journal.pending).toBe(0);
    }));

  test('that is slow with one room is not with most of the others', () =>
    inVirtualTime(async () => {
      const inHistory: string[] = [];
      const journal = createJournal(
        portsWith({
          async recordHistory(entries) {
            if (entries.some(({ id }) => id === 'r-0-0')) await sleep(20_000);
            inHistory.push(...entries.map(({ id }) => id));
          },
        }),
      );
      for (let room = 0; room < 40; room += 1)
        journal.record(`r-${room}`, stampsOf(`r-${room}`, 1));
      await sleep(2_000);
      expect(inHistory.length).toBeGreaterThan(30);
      expect(journal.pending).toBe(40 - inHistory.length);
      await journal.close();
      expect(inHistory).toHaveLength(40);
    }));

  test('of nothing is there at once', () =>
    inVirtualTime(async () => {
      const journal = createJournal(portsWith({}));
      let isRecorded = false;
      journal.record('r', [], { onRecorded: () => (isRecorded = true) });
      expect([isRecorded, journal.pending]).toEqual([true, 0]);
      await journal.close();
    }));
});

test('analytics is told within five seconds how many edits of each kind there were, once', () =>
  inVirtualTime(async () => {
    const told: (readonly [string, number])[] = [];
    const journal = createJournal(
      portsWith({ trackAnalytics: async (name, count) => told.push([name, count]) }),
    );
    const moves = stampsOf('m', 2).map((each) => ({ ...each, kind: 'move' as const }));
    journal.record('a', [...stampsOf('a', 3), ...moves]);
    journal.record('b', stampsOf('b', 1));
    journal.record('b', stampsOf('left', 7), { isLeft: true });
    await sleep(6_000);
    expect(told).toEqual([
      ['create', 4],
      ['move', 2],
    ]);
    journal.record('a', moves);
    await sleep(6_000);
    expect(told.slice(2)).toEqual([['move', 2]]);
    await sleep(60_000);
    expect(told).toHaveLength(3);
    await journal.close();
  }));

test('what analytics refuses is counted, and holds the history up in nothing', () =>
  inVirtualTime(async () => {
    const inHistory: string[] = [];
    let dropped = 0;
    const journal = createJournal(
      portsWith({
        recordHistory: async (entries) => inHistory.push(...entries.map(({ id }) => id)),
        trackAnalytics: () => Promise.reject(new Error('analytics is down')),
        count: (what) => (dropped += what === 'analyticsDropped' ? 1 : 0),
      }),
    );
    journal.record('a', stampsOf('a', 3));
    await sleep(6_000);
    expect([inHistory.length, dropped, journal.pending]).toEqual([3, 1, 0]);
    await journal.close();
  }));
