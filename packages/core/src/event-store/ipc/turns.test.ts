import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

function recorder() {
  const turns = new Turns<string>();
  const order: string[] = [];
  const add = (client: string, name: string): void => {
    turns.add(client, async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
    });
  };
  return { turns, order, add };
}

test('a client with many requests delays another one by a single turn', async () => {
  const { turns, order, add } = recorder();
  for (const name of ['a1', 'a2', 'a3']) add('a', name);
  add('b', 'b1');
  await turns.onIdle();
  const begun = order.filter((entry) => entry.endsWith('begins'));
  expect(begun).toEqual(['a1 begins', 'a2 begins', 'b1 begins', 'a3 begins']);
});

test('one turn ends before the next begins', async () => {
  const { turns, order, add } = recorder();
  add('a', 'a1');
  add('b', 'b1');
  await turns.onIdle();
  expect(order).toEqual(['a1 begins', 'a1 ends', 'b1 begins', 'b1 ends']);
});

test('what a client that is dropped waits for is forgotten', async () => {
  const { turns, order, add } = recorder();
  add('a', 'a1');
  add('b', 'b1');
  add('c', 'c1');
  turns.drop('b');
  await turns.onIdle();
  expect(order).not.toContain('b1 begins');
  expect(order).toContain('c1 ends');
});
