import { sleep } from '@firedrill/core/resilience';
import { simulate } from '@firedrill/core/simulation';
import { describe, expect, test } from 'vitest';
import type { Stamp } from '../src/domain/protocol.ts';
import { createJournal } from '../src/implementations/hardened/journal.ts';
import { portsWith } from './ports.ts';

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

/** Runs in virtual time, as from its beginning. */
async function inVirtualTime(body: () => Promise<void>): Promise<void> {
  await simulate({ seed: 1, start: '2026-03-02T10:00:00Z' }, body);
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
