import process from 'node:process';
import { sleep } from '../../resilience/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { DeadlockDetectedError } from '../errors.ts';
import { openPostgresEventStore } from '../postgres/index.ts';
import { childArguments, endByItself, endWithParent, tellParent } from './child-process.ts';
import { categories, streamsOfCategory, type WriterMessage } from './postgres-workload.ts';

// One of the writer processes: transactions short and long, of one or several streams, a tenth of which
// rolls back. It ends when it is told to.

class RollBack extends Error {}

endWithParent();
const { url, seed, name } = childArguments();
const random = createRandom(seed, name);
const store = await openPostgresEventStore({ connectionString: url, maxConnections: 2 });
const told = new AbortController();
process.on('message', () => told.abort());

const report = (message: WriterMessage): void => tellParent(message);

while (!told.signal.aborted) {
  try {
    const committed = await store.transaction(async (tx) => {
      // Half of them have written before they append: their transaction is older than their position.
      if (random.chance(0.5)) {
        await tx.query('INSERT INTO business (writer, note) VALUES ($1, $2)', [name, 'before']);
        if (random.chance(0.1)) await sleep(random.integer(5, 100));
      }
      let count = 0;
      for (const stream of drawStreams()) {
        const events = Array.from({ length: random.integer(1, 3) }, () => ({
          type: 'thing.changed',
          data: { by: name, amount: random.integer(1, 1_000) },
        }));
        await store.append(stream, events, { expectedVersion: 'any', tx });
        count += events.length;
        if (random.chance(0.05)) await sleep(random.integer(1, 300));
      }
      if (random.chance(0.1)) throw new RollBack();
      return count;
    });
    report({ committed, rolledBack: 0 });
  } catch (error) {
    if (!(error instanceof RollBack) && !(error instanceof DeadlockDetectedError)) throw error;
    report({ committed: 0, rolledBack: 1 });
  }
  await sleep(random.integer(0, 20));
}
await store.close();
endByItself();

/** In one order everywhere, so that two writers do not wait for each other. */
function drawStreams() {
  const streams = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => ({
    category: random.pick(categories),
    id: String(random.integer(1, streamsOfCategory)).padStart(3, '0'),
  }));
  return streams.toSorted((a, b) => {
    const [left, right] = [`${a.category}/${a.id}`, `${b.category}/${b.id}`];
    return left < right ? -1 : Number(left > right);
  });
}
