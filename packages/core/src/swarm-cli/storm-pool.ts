import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerAnswer, WorkerTask } from './worker.ts';

export interface StormPoolOptions extends WorkerTask {
  readonly jobs: number;
  /** The next seed, or `undefined` when there is none any more. */
  readonly nextSeed: () => number | undefined;
  readonly signal: AbortSignal;
  /** Hears of each answer in the order of the seeds, whichever thread was first. */
  readonly onAnswer: (answer: WorkerAnswer) => void;
}

/**
 * Runs seeds on threads; resolves when all have answered, or the signal is aborted. When it settles,
 * no thread is left.
 *
 * @throws whatever ends a thread, or `onAnswer`
 */
export async function runOnThreads(options: StormPoolOptions): Promise<void> {
  const { jobs, nextSeed, onAnswer, ...rest } = options;
  const { module, implementation, kinds, plan, first } = rest;
  const task: WorkerTask = { module, implementation, kinds, plan, first };
  const failed = new AbortController();
  const signal = AbortSignal.any([rest.signal, failed.signal]);
  const waiting = new Map<number, WorkerAnswer | undefined>();
  const report = (seed: number, answer: WorkerAnswer): void => {
    waiting.set(seed, answer);
    for (const [oldest, ready] of waiting) {
      if (ready === undefined) return;
      waiting.delete(oldest);
      onAnswer(ready);
    }
  };
  const threads = Array.from({ length: jobs }, async () => {
    try {
      await runThread(task, signal, waiting, nextSeed, report);
    } catch (error) {
      failed.abort();
      throw error;
    }
  });
  const ended = await Promise.allSettled(threads);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  // Stopped early: what came after a seed that did not end was found all the same.
  for (const ready of waiting.values()) if (ready !== undefined) onAnswer(ready);
}

async function runThread(
  task: WorkerTask,
  signal: AbortSignal,
  waiting: Map<number, WorkerAnswer | undefined>,
  nextSeed: () => number | undefined,
  report: (seed: number, answer: WorkerAnswer) => void,
): Promise<void> {
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData: task });
  try {
    await new Promise<void>((resolve, reject) => {
      let seed: number | undefined;
      const next = (): void => {
        seed = signal.aborted ? undefined : nextSeed();
        if (seed === undefined) {
          resolve();
          return;
        }
        waiting.set(seed, undefined);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
        worker.postMessage(seed);
      };
      signal.addEventListener('abort', () => resolve(), { once: true });
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`A thread of the swarm ended with ${code}.`)));
      worker.on('message', (answer: WorkerAnswer) => {
        try {
          if (seed !== undefined) report(seed, answer);
          next();
        } catch (error) {
          reject(error);
        }
      });
      next();
    });
  } finally {
    await worker.terminate();
  }
}
