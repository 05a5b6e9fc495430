import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutate.ts';
import type { Outcome, SearchAnswer, SearchTask } from './search.ts';

/** Nobody waits longer than this for one change, in ms: it has made something endless, and that is noticed. */
const longestMs = 120_000;

/** The rest of what a thread may say is waited for without a limit: it only begins. */
interface Searcher {
  /** Seeds of storms in which the system as it is broke something. */
  readonly broken: readonly number[];
  tryOut(id: string): Promise<Outcome | undefined>;
  close(): Promise<unknown>;
}

async function startSearcher(task: SearchTask): Promise<Searcher> {
  const worker = new Worker(new URL('./search.ts', import.meta.url), { workerData: task });
  const next = (limitMs?: number): Promise<SearchAnswer | undefined> =>
    new Promise((resolve, reject) => {
      const timer = limitMs === undefined ? undefined : setTimeout(() => done(), limitMs);
      const done = (answer?: SearchAnswer): void => {
        clearTimeout(timer);
        worker.off('message', done).off('error', reject);
        resolve(answer);
      };
      worker.on('message', done).on('error', reject);
    });
  const ready = await next();
  return {
    broken: ready?.kind === 'ready' ? ready.broken : [],
    async tryOut(id) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(id);
      const answer = await next(longestMs);
      return answer?.kind === 'tried' ? answer.outcome : undefined;
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
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      if (broken.length > 0) break;
      const outcome = await searcher.tryOut(mutant.id);
      onTried(mutant, outcome ?? { reachedBy: 1, storms: 1, noticedBy: 'it does not end' });
      if (outcome !== undefined) continue;
      await searcher.close();
      searcher = await startSearcher(task);
    }
    await searcher.close();
  }
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, work));
  return broken;
}
