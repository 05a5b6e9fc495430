import { availableParallelism, loadavg } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { UnseenResult, Verdict } from '@firedrill/core/workshop';
import type { Place } from './incidents.ts';
import type { Problem } from './problem.ts';
import { createSilence, type Stuck } from './silence.ts';
import type { Ship } from './ship.ts';
import type { StageData, StageMessage, StageTask } from './stage-protocol.ts';

/** How a file fared. */
export type Performance =
  | {
      readonly kind: 'judged';
      readonly verdict: Verdict;
      /** Of the run that was judged, as NDJSON. */
      readonly record: string;
      readonly unseen: readonly UnseenResult[];
    }
  | { readonly kind: 'failed'; readonly problem: Problem };

export interface PerformOptions {
  readonly file: string;
  readonly ship: Ship;
  readonly seed: number;
  readonly unseen: readonly number[];
  /** Called when the storm of the exercise is judged, before the others: so many more come. */
  readonly onVerdict?: (verdict: Verdict, record: string, more: number) => void;
  readonly onUnseen?: (result: UnseenResult, done: number) => void;
  readonly signal?: AbortSignal;
}

const lookEveryMs = 250;

/** What is said of a thread that was ended because it was stuck. */
const saidOf: Readonly<Record<Stuck, string>> = {
  computes:
    'nothing moved while it computed for 20 s: there is a loop without end, or one that never lets time pass. It was ended. Look for a loop that awaits nothing that takes time.',
  sleeps:
    'nothing moved for 20 s, and nothing was computed: it waits for something that does not come. It was ended. Look for a call that blocks the thread.',
};

/** Windows does not count it: 0 there. */
const perCore = (): number => (loadavg()[0] ?? 0) / availableParallelism();

const mostHeapMb = 2_048;

/**
 * Threads on which learners' files are judged, one for each judgement: whatever a file does, it is
 * gone with its thread. The next thread is opened ahead of time, so that a save does not wait for the
 * example to load.
 */
export class Stages {
  readonly #waiting = new Map<string, Stage>();

  /** Opens a thread for an incident, to have it when it is needed. */
  prepare(incident: string): void {
    if (!this.#waiting.has(incident)) this.#waiting.set(incident, new Stage(incident));
  }

  async perform({ incident, exercise }: Place, options: PerformOptions): Promise<Performance> {
    this.prepare(incident);
    const stage = this.#waiting.get(incident) ?? new Stage(incident);
    this.#waiting.delete(incident);
    try {
      return await stage.perform(exercise, options);
    } finally {
      await stage.close();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#waiting.values()].map((stage) => stage.close()));
    this.#waiting.clear();
  }
}

class Stage {
  readonly #worker: Worker;
  readonly #pulse = new SharedArrayBuffer(4);
  #failed: Error | undefined;

  constructor(incident: string) {
    const workerData: StageData = { incident, pulse: this.#pulse };
    this.#worker = new Worker(new URL('stage-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: mostHeapMb },
    });
    this.#worker.on('error', (error: Error) => {
      this.#failed ??= error;
    });
  }

  perform(exercise: string, options: PerformOptions): Promise<Performance> {
    const { file, ship, seed, unseen: seeds, onVerdict, onUnseen, signal } = options;
    const worker = this.#worker;
    const beats = new Int32Array(this.#pulse);
    return new Promise((resolve) => {
      let judged: { readonly verdict: Verdict; readonly record: string } | undefined;
      const unseen: UnseenResult[] = [];
      const silence = createSilence();
      const end = (performance: Performance): void => {
        clearInterval(watch);
        resolve(performance);
      };
      const fail = (text: string): void => end({ kind: 'failed', problem: { text } });
      let workMs = 0;
      const measure = async (): Promise<void> => {
        try {
          const { user, system } = await worker.cpuUsage();
          workMs = (user + system) / 1_000;
        } catch {
          // The thread has ended, which it says itself.
        }
      };
      const watch = setInterval(() => {
        // Its answer is what the next look goes by.
        void measure();
        const stuck = silence.look(Atomics.load(beats, 0), workMs, perCore());
        if (stuck !== undefined) fail(saidOf[stuck]);
      }, lookEveryMs);
      worker.on('message', (message: StageMessage) => {
        silence.heard();
        if (message.type === 'verdict') {
          judged = { verdict: message.verdict, record: message.record };
          onVerdict?.(message.verdict, message.record, message.more);
        } else if (message.type === 'unseen') {
          unseen.push(message.result);
          onUnseen?.(message.result, unseen.length);
        } else if (message.type === 'failed') end({ kind: 'failed', problem: message.problem });
        else if (message.type === 'finished' && judged !== undefined) {
          end({ kind: 'judged', ...judged, unseen });
        }
      });
      const onError = (error: Error): void => {
        const isMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
        fail(
          isMemory
            ? `your code took more than ${mostHeapMb / 1_024} GB of memory: something grows without a bound.`
            : error.message,
        );
      };
      if (this.#failed !== undefined) onError(this.#failed);
      worker.on('error', onError);
      worker.on('exit', (code) => fail(`the thread ended with ${code}, in the middle of the run.`));
      signal?.addEventListener('abort', () => fail('stopped, because the file was saved again.'), {
        once: true,
      });
      const { href } = pathToFileURL(file);
      const task: StageTask = { exercise, ship, file: href, seed, unseen: seeds };
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(task);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
