import process from 'node:process';
import type { RunningFlow } from '@firedrill/core/flows';
import { connectBullmq } from '@firedrill/core/flows/bullmq';
import type { OtherBroker } from '@firedrill/core/flows/example';
import { repairedOf } from '@firedrill/core/scenario';
import { createRandom } from '@firedrill/core/simulation';
import { z } from 'zod';
import { catalog } from '../catalog.ts';
import { answerSchema, type Call, remoteClients } from './calls.ts';
import { flowOf } from './flow-of.ts';
import { paced } from './paced.ts';

const taskSchema = z.object({
  kind: z.literal('load'),
  name: z.string(),
  count: z.number(),
  seed: z.number(),
  settings: z.record(z.string(), z.unknown()),
  redisUrl: z.string(),
  prefix: z.string(),
  lockMs: z.number(),
  speed: z.number(),
  /** When the run begins, by the clock of the flow. */
  startMs: z.number(),
});
/** What the host has a worker load. */
export type Task = z.output<typeof taskSchema>;

const beginSchema = z.object({
  kind: z.literal('begin'),
  index: z.number(),
  shape: z.record(z.string(), z.array(z.string()).readonly()),
  door: z.object({ url: z.string(), token: z.string() }),
  /** When the run began, by the clock of the machine. */
  begunAtMs: z.number(),
});
const wordSchema = z.discriminatedUnion('kind', [
  beginSchema,
  z.object({ kind: z.literal('stop') }),
]);
/** What it tells it when the clock of the flow begins to run. */
export type Begin = z.output<typeof beginSchema>;

/** One process that works for a flow on BullMQ, and reaches the mock services of its host. */
async function load(task: Task): Promise<(begin: Begin) => RunningFlow<never>> {
  const entry = catalog[task.name];
  if (entry === undefined) throw new RangeError(`There is no flow ${task.name}.`);
  const { example } = await entry.load();
  const flow = paced(await flowOf(example), task.speed);
  const { redisUrl, prefix, lockMs } = task;
  const connection = await connectBullmq(flow, { redisUrl, prefix, lockMs });
  return (begin) => {
    let running: RunningFlow<never> | undefined;
    const broker: OtherBroker = {
      run(_flow, options) {
        const on = connection.run({ ...options, outside: options.outside });
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
  load(taskSchema.parse(message)).then(
    (begin) => {
      process.once('message', (word) => {
        const told = wordSchema.parse(word);
        if (told.kind === 'stop') {
          process.exit();
        }
        const running = begin(told);
        process.once('message', () => {
          void running.stop().then(() => process.exit());
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
