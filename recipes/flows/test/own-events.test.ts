import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowOf } from '../src/many/flow-of.ts';
import { runOwnEvents } from '../src/many/own-events.ts';
import { readEvents } from '../src/many/read-events.ts';
import { example } from '../src/orders/example.ts';
import { orderEvent } from './order-event.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firedrill-events-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(...lines: readonly (object | string)[]): Promise<string> {
  const path = join(folder, 'events.ndjson');
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(path, text.join('\n'));
  return path;
}

test('events of a file go through the flow, each once, and what dies is told', async () => {
  const path = await written(orderEvent('a'), orderEvent('a'), orderEvent('b', 'declined'));
  const events = await readEvents(await flowOf(example), path);
  const { taken, repeated, letters, counts } = await runOwnEvents(example, events, 1);
  expect({ taken, repeated }).toEqual({ taken: 2, repeated: 1 });
  expect(letters.map(({ step, event }) => [step, event.correlationId])).toEqual([['pay', 'b']]);
  expect(counts.waiting + counts.delayed + counts.active).toBe(0);
});

test.each([
  ['{"event":', /line 2 is no JSON\. Write it as \{"event": "order\.placed", "data"/],
  [{ event: 'order.placed', data: { orderId: 7 } }, /line 2, order\.placed: orderId: .*number/],
  [{ event: 'order.eaten', data: {} }, /line 2, order\.eaten: the flow orders has no such event/],
  [{ ...orderEvent('c'), atMs: -1 }, /line 2, atMs: /],
  [{ ...orderEvent('c'), when: 1 }, /line 2, .*when/],
])('%j is refused at the door, by its line', async (line, problem) => {
  const path = await written(orderEvent('a'), line);
  await expect(readEvents(await flowOf(example), path)).rejects.toThrow(problem);
});

test('an empty file is refused', async () => {
  const path = await written('');
  await expect(readEvents(await flowOf(example), path)).rejects.toThrow(/no event in it/);
});
