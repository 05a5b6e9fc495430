import { sleep } from '../../resilience/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { openPostgresEventStore } from '../postgres/index.ts';
import { createProjectionRunner, runUntilSignal } from '../projections/index.ts';
import { childArguments, endByItself, endWithParent, tellParent } from './child-process.ts';
import { crashTestProjections, type WorkerMessage } from './postgres-workload.ts';

// One of the projection workers. It is ready with its first bucket. It is killed without warning, or told to end with SIGTERM.

endWithParent();
const { url, seed, name } = childArguments();
const random = createRandom(seed, name);
const store = await openPostgresEventStore({ connectionString: url, maxConnections: 5 });

let isReady = false;
const tell = (message: WorkerMessage): void => tellParent(message);
const runner = createProjectionRunner(store, {
  projections: crashTestProjections(async () => {
    // Some transactions stay open, so that many kills hit one.
    if (random.chance(0.3)) await sleep(random.integer(1, 30));
  }),
  owner: name,
  workers: 3,
  leaseMs: 1_500,
  pollMs: 50,
  onNotice(notice) {
    if (notice.type === 'bucket.acquired' && !isReady) {
      isReady = true;
      tell({ type: 'ready', text: '' });
    }
    if (notice.type === 'bucket.acquired' && notice.takenOverFrom !== undefined) {
      tell({ type: notice.type, text: notice.takenOverFrom });
    }
    if (notice.type === 'bucket.lost') tell({ type: notice.type, text: '' });
    if ('error' in notice)
      tell({ type: 'failed', text: `${notice.type}: ${String(notice.error)}` });
  },
});
const running = runUntilSignal(runner, { signals: ['SIGTERM'] });
tell({ type: 'listening', text: '' });
await running;
await store.close();
endByItself();
