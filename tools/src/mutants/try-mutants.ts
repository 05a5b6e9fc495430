import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutate.ts';
import type { Outcome, SearchTask } from './search.ts';

/** Nobody waits longer than this for one change, in ms: it has made something endless, and that is noticed. */
const longestMs = 120_000;

const endless: Outcome = { reachedBy: 1, storms: 1, noticedBy: 'it does not end' };

/** A thread that tries one change at a time. */
interface Searcher {
  /** Seeds of storms in which the system as it is broke something. */
  readonly broken: readonly number[];
  /** `undefined` when it does not come to an end: then the thread is of no more use. */
  tryOut(id: string): Promise<Outcome | undefined>;
  close(): Promise<unknown>;
}

async function startSearcher(task: SearchTask): Promise<Searcher> {
  const worker = new Worker(new URL('./search.ts', import.meta.url), { workerData: task });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what search.ts says first
  const [broken] = (await once(worker, 'message')) as [readonly number[]];
  return {
    broken,
    async tryOut(id) {
      const limit = AbortSignal.timeout(longestMs);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(id);
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what search.ts says then
        const [outcome] = (await once(worker, 'message', { signal: limit })) as [Outcome];
        return outcome;
      } catch (error) {
        if (limit.aborted) return undefined;
        throw error;
      }
    },
    close: () => worker.terminate(),
  };
}

/**
 * Lets storms loose on one change after the other, in threads that share the work.
 *
 * @param onTried told of each as it is done
 * @returns seeds of storms in which the system as it is broke something: with these nothing can be said
 */
export async function tryMutants(
  mutants: readonly Mutant[],
  task: SearchTask,
  jobs: number,
  onTried: (mutant: Mutant, outcome: Outcome) => void,
): Promise<readonly number[]> {
  const left = [...mutants];
  let broken: readonly number[] = [];
  async function work(): Promise<void> {
    let searcher = await startSearcher(task);
    ({ broken } = searcher);
    while (broken.length === 0) {
      const mutant = left.shift();
      if (mutant === undefined) break;
      const outcome = await searcher.tryOut(mutant.id);
      onTried(mutant, outcome ?? endless);
      if (outcome !== undefined) continue;
      await searcher.close();
      searcher = await startSearcher(task);
    }
    await searcher.close();
  }
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, work));
  return broken;
}
