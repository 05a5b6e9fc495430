import { sleep } from '@firedrill/core/resilience';
import { expect, test } from 'vitest';
import type { Books } from '../src/implementations/hardened/books.ts';
import { createDoneList, type DoneList } from '../src/implementations/hardened/done-list.ts';
import { clock, contextOf, inVirtualTime } from './virtual-time.ts';

/** A done list over books that take some time for a statement, and what they were told. */
async function keep(
  statementMs: number,
  body: (list: DoneList, batches: readonly (readonly string[])[]) => Promise<void>,
): Promise<void> {
  const batches: string[][] = [];
  const closing = {
    closeFollowUps: async ({
      done,
    }: {
      readonly done: readonly { readonly paymentId: string }[];
    }) => {
      await sleep(statementMs);
      batches.push(done.map(({ paymentId }) => paymentId));
      return { ok: true };
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one statement that is used
  const insist = ((statement) => statement(closing as never)) as Books['insist'];
  const books: Books = { insist, run: insist };
  await inVirtualTime(() => body(createDoneList(contextOf({ clock }), books), batches));
}

test('what is done is written within half a second, several at once', () =>
  keep(10, async (list, batches) => {
    list.add('one', 'audit');
    await sleep(100);
    list.add('two', 'audit');
    await sleep(400);
    expect(batches).toEqual([['one', 'two']]);
    list.add('three', 'audit');
    await sleep(500);
    expect(batches).toEqual([['one', 'two'], ['three']]);
  }));

test('where nothing is done, nothing is written', () =>
  keep(10, async (list, batches) => {
    await list.flush();
    list.add('one', 'audit');
    await list.flush();
    await list.flush();
    await sleep(10_000);
    expect(batches).toEqual([['one']]);
  }));

test('what is done is known from then on, and for as long as an older answer may come', () =>
  keep(200, async (list) => {
    list.add('one', 'audit');
    const isKnown = () => list.has('one', 'audit');
    expect([isKnown(), list.has('one', 'risk'), list.has('two', 'audit')]).toEqual([
      true,
      false,
      false,
    ]);
    for (let number = 0; number < 9; number += 1) {
      // Who reads the books at the end of the statement has an answer half a second later.
      list.add(`other ${number}`, 'audit');
      await sleep(100);
      expect(isKnown()).toBe(true);
    }
  }));

test('what was written long ago is forgotten, and nothing that was written just now', () =>
  keep(10, async (list) => {
    for (let number = 0; number < 100; number += 1) {
      list.add(`${number}`, 'audit');
      await sleep(1_000);
      const known = Array.from({ length: number + 1 }, (_, each) => each).filter((each) =>
        list.has(`${each}`, 'audit'),
      );
      expect(known.length).toBeLessThanOrEqual(3);
      expect(known).toContain(number);
    }
  }));
