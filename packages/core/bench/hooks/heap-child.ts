import process from 'node:process';
import { collectAllGarbage } from './measure.ts';
import { peers } from './peers.ts';
import { concurrency } from './rows.ts';

/**
 * Prints the heap, array buffers included, that each waiting emit holds: the handlers never settle,
 * so that everything emitted after the first few waits. The data is a small integer, which takes no
 * heap of its own.
 *
 * Arguments: the peer, handlers, events.
 */
const [name, handlers, events] = process.argv.slice(2);
const peer = peers.find((candidate) => candidate.name === name);
if (peer === undefined) throw new RangeError(`Failed to measure: there is no peer "${name}".`);

const count = Number(events);
const session = peer.open({
  handlers: Array.from(
    { length: Number(handlers) },
    () => () => new Promise<void>(() => undefined),
  ),
  concurrency,
  events: count + 2 * concurrency,
  limitMs: undefined,
});

async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    collectAllGarbage();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (let i = 0; i < 2 * concurrency; i++) session.emit(i);
const before = await heap();
for (let i = 0; i < count; i++) session.emit(i);
const after = await heap();
// Used once more, or all of it would have been garbage already.
session.emit(count);
console.log(((after - before) / count).toFixed(1));
process.exit(0);
