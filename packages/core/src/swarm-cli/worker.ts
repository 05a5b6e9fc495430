import { parentPort, workerData } from 'node:worker_threads';
import type { AnyExample } from '../scenario/example.ts';
import type { FaultKind } from '../services/index.ts';
import { planStorms, runSeed, type StormPlan, type StormResult } from '../swarm/index.ts';

/** What a thread is given at its start. */
export interface WorkerTask {
  readonly module: string;
  readonly implementation: string | undefined;
  readonly kinds: readonly FaultKind[];
  readonly plan: StormPlan;
  /** Seed of the first storm. */
  readonly first: number;
}

/** What a thread answers to a seed. */
export type WorkerAnswer =
  | { readonly kind: 'result'; readonly result: StormResult; readonly cpuMs: number }
  | { readonly kind: 'failed'; readonly seed: number; readonly message: string };

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what run-swarm.ts has sent
const { module, implementation, kinds, plan, first } = workerData as WorkerTask;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module of an example
const { example } = (await import(module)) as { readonly example: AnyExample };
const { stormOf } = await planStorms(example, kinds, plan, first);

parentPort?.on('message', (seed: number) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  void run(seed).then((answer) => parentPort?.postMessage(answer));
});

async function run(seed: number): Promise<WorkerAnswer> {
  const { user } = process.threadCpuUsage();
  try {
    const result = await runSeed(example, stormOf(seed), implementation);
    return { kind: 'result', result, cpuMs: (process.threadCpuUsage().user - user) / 1_000 };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'failed', seed, message };
  }
}
