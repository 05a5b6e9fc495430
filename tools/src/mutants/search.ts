import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { drawnKinds, planStorms, runSeed } from '@firedrill/core/swarm';
import { loadBank } from '../planted/find-bug.ts';

/** What a thread is given at its start. */
export interface SearchTask {
  readonly example: string;
  /** Its code with every change in it, by the path of the file. */
  readonly sources: ReadonlyMap<string, string>;
  /** How many storms there are, from seed 1 on. */
  readonly seeds: number;
}

/** Whether random storms notice a change. */
export interface Outcome {
  /** Storms that come past it. */
  readonly reachedBy: number;
  /** Of these, those that were let loose on it: all, or as many as it took. */
  readonly storms: number;
  /** The rule that broke first, or what was thrown; `undefined` when nothing noticed it. */
  readonly noticedBy: string | undefined;
}

/** A change that makes a loop endless comes past itself more often than any storm does. */
const hitLimit = 1_000_000;

/** What StrykerJS's instrumented code looks at: which change is on, and what it has come past. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: {
    static: Record<string, number>;
    perTest: Record<string, Record<string, number>>;
  };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what mutants.ts has sent
const { example: name, sources, seeds } = workerData as SearchTask;
const board: Switchboard = {};
Reflect.set(globalThis, '__stryker__', board);
registerHooks({
  load(url, context, next) {
    const source = url.startsWith('file:') ? sources.get(fileURLToPath(url)) : undefined;
    if (source === undefined) return next(url, context);
    return { format: 'module-typescript', source, shortCircuit: true };
  },
});

const { example } = await loadBank(name);
const { stormOf } = await planStorms(example, drawnKinds(example), { kind: 'drawn' }, 1);
const reaching = new Map<string, number[]>();
const broken: number[] = [];
for (let seed = 1; seed <= seeds; seed += 1) {
  board.currentTestId = String(seed);
  const { breakage } = await runSeed(example, stormOf(seed));
  if (breakage !== undefined) broken.push(seed);
  for (const id of Object.keys(board.mutantCoverage?.perTest[seed] ?? {}))
    reaching.set(id, [...(reaching.get(id) ?? []), seed]);
}
board.currentTestId = undefined;
// First seeds of storms in which the system as it is breaks something; then what becomes of each change.
say(broken);
parentPort?.on('message', (id: string) => {
  void tryOut(id).then(say);
});

async function tryOut(id: string): Promise<Outcome> {
  const reached = reaching.get(id) ?? [];
  let storms = 0;
  let noticedBy: string | undefined;
  for (const seed of reached) {
    storms += 1;
    Object.assign(board, { activeMutant: id, hitCount: 0, hitLimit });
    try {
      noticedBy = (await runSeed(example, stormOf(seed))).breakage?.rule;
    } catch (error) {
      noticedBy = error instanceof Error ? error.message : String(error);
    }
    if (noticedBy !== undefined) break;
  }
  board.activeMutant = undefined;
  return { reachedBy: reached.length, storms, noticedBy };
}

function say(answer: readonly number[] | Outcome): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  parentPort?.postMessage(answer);
}
