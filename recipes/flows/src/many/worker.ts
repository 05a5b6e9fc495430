import process from 'node:process';
import type { RunningFlow } from '@firedrill/core/flows';
import { connectBullmq } from '@firedrill/core/flows/bullmq';
import type { OtherBroker } from '@firedrill/core/flows/example';
import { repairedOf } from '@firedrill/core/scenario';
import { createRandom } from '@firedrill/core/simulation';
import { catalog } from '../catalog.ts';
import { answerSchema, type Call, remoteClients } from './calls.ts';
import { flowOf } from './flow-of.ts';
import { LastEnds } from './last-ends.ts';
import { paced } from './paced.ts';
import { type Begin, type Task, taskSchema, wordSchema } from './worker-words.ts';

/** One process that works for a flow on BullMQ, and reaches the mock services of its host. */
async function load(task: Task, ends: LastEnds): Promise<(begin: Begin) => RunningFlow<never>> {
  const entry = catalog[task.name];
  if (entry === undefined) throw new RangeError(`There is no flow ${task.name}.`);
  const { example } = await entry.load();
  const flow = paced(await flowOf(example), task.isStressed ? Infinity : task.speed);
  const { redisUrl, prefix, lockMs } = task;
  const connection = await connectBullmq(flow, { redisUrl, prefix, lockMs });
  return (begin) => {
    let running: RunningFlow<never> | undefined;
    const broker: OtherBroker = {
      run(_flow, options) {
        const on = connection.run({
          ...options,
          outside: options.outside,
          ...(task.isStressed && { observer: ends.observer }),
        });
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is stopped, and nothing else
        running = on as unknown as RunningFlow<never>;
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the flow is the same, its types forgotten
        return on as never;
      },
    };
    const elapsedMs = (): number => (Date.now() - begin.begunAtMs) * task.speed;
    repairedOf(example).create({
      settings: task.settings,
      clock: { elapsedMs, now: () => Math.trunc(task.startMs + elapsedMs()) },
      random: (name) => createRandom(task.seed, `worker ${begin.index}`, name),
      outside: {
        ...remoteClients(begin.shape, (call, signal) => send(begin, call, signal)),
        broker,
      },
      process: { name: 'app', index: begin.index, count: task.count, start: 1 },
      telemetry: {
        count: silent,
        gauge: silent,
        record: silent,
        note: silent,
        failed: silent,
        part: silent,
      },
    });
    if (running === undefined) throw new TypeError(`${task.name} has started no flow.`);
    return running;
  };
}

const silent = (): void => {};

async function send({ door }: Begin, call: Call, signal?: AbortSignal) {
  const response = await fetch(door.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${door.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(call),
    ...(signal && { signal }),
  });
  return answerSchema.parse(await response.json());
}

// Ctrl-C reaches the whole group of processes: the host says when it is over.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit());
process.once('message', (message) => {
  const ends = new LastEnds();
  load(taskSchema.parse(message), ends).then(
    (begin) => {
      process.once('message', (word) => {
        const told = wordSchema.parse(word);
        if (told.kind === 'stop') {
          process.exit();
        }
        const running = begin(told);
        process.once('message', () => {
          void running.stop().then(() => {
            const said = { kind: 'ends', ends: [...ends.byEvent] };
            return process.send?.(said, () => process.exit());
          });
        });
        process.send?.({ kind: 'begun' });
      });
      return process.send?.({ kind: 'loaded' });
    },
    (error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      return process.send?.({ kind: 'failed', text });
    },
  );
});
