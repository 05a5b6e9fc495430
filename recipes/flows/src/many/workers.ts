import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createRandom } from '@firedrill/core/simulation';
import { type Door, openDoor, shapeOf } from './door.ts';
import { machineSleep } from './machine-time.ts';
import { type Begin, endsSchema, type Task } from './worker-words.ts';

/** The processes that run the steps of a flow, and the door through which they reach its services. */
export class Workers {
  readonly #task: Task;
  readonly #children: ChildProcess[] = [];
  readonly #atWork = new Set<ChildProcess>();
  #door: Door | undefined;
  #begunAtMs = 0;
  #clients: object = {};
  #isOver = false;
  #killed = 0;

  constructor(task: Omit<Task, 'kind'>) {
    this.#task = { ...task, kind: 'load' };
  }

  /** Workers that were killed. */
  get killed(): number {
    return this.#killed;
  }

  /** Loads everything before the clock of the flow begins to run. */
  async load(): Promise<void> {
    await Promise.all(Array.from({ length: this.#task.count }, (_, index) => this.#load(index)));
  }

  /** @param begunAtMs when the clock of the flow began to run, by that of the machine */
  async begin(clients: object, begunAtMs: number): Promise<void> {
    this.#door = await openDoor({ ...clients }, this.#task.speed);
    this.#begunAtMs = begunAtMs;
    this.#clients = clients;
    await Promise.all(this.#children.map(async (child, index) => this.#begin(child, index)));
  }

  /** Kills one after the other (SIGKILL), each with another in its place, until it is stopped. */
  async killAgainAndAgain(perMinute: number, seed: number): Promise<void> {
    const random = createRandom(seed, 'kills');
    const replacing: Promise<void>[] = [];
    while (!this.#isOver) {
      await Promise.race([
        machineSleep((60_000 / perMinute) * (0.5 + random.next())),
        // Who cannot be replaced ends the run.
        Promise.all(replacing).then(() => new Promise<never>(() => {})),
      ]);
      const index = random.integer(0, this.#task.count - 1);
      const victim = this.#children[index];
      // To kill one that does not work yet would kill nothing in the middle of its work.
      if (victim === undefined || this.#isOver || !this.#atWork.delete(victim)) continue;
      victim.kill('SIGKILL');
      this.#killed += 1;
      replacing.push(this.#replace(index));
    }
  }

  /** @returns when the last step of each event from outside has ended, by `machineMs`; see `isStressed`. */
  async stop(): Promise<ReadonlyMap<string, number>> {
    this.#isOver = true;
    const ends = new Map<string, number>();
    await Promise.all(
      this.#children.map(async (child) => {
        for (const [id, atMs] of await stopChild(child)) {
          ends.set(id, Math.max(atMs, ends.get(id) ?? 0));
        }
      }),
    );
    await this.#door?.close();
    return ends;
  }

  async #load(index: number): Promise<ChildProcess> {
    const child = fork(join(import.meta.dirname, 'worker.ts'), { stdio: 'inherit' });
    this.#children[index] = child;
    await answered(child, this.#task);
    return child;
  }

  async #begin(child: ChildProcess, index: number): Promise<void> {
    if (this.#door === undefined) throw new TypeError('The door is not open yet.');
    await answered(child, {
      kind: 'begin',
      door: this.#door.address,
      shape: shapeOf(this.#clients),
      begunAtMs: this.#begunAtMs,
      index,
    });
    this.#atWork.add(child);
  }

  async #replace(index: number): Promise<void> {
    const next = await this.#load(index);
    if (!this.#isOver) await this.#begin(next, index);
  }
}

/** Tells a worker something, and waits for its word. */
async function answered(child: ChildProcess, message: Task | Begin): Promise<void> {
  const answer = Promise.race([
    once(child, 'message').then(([first]: unknown[]) => first),
    once(child, 'exit').then(([code]: unknown[]) => ({ text: `it ended with ${String(code)}` })),
  ]);
  child.send(message);
  const word: unknown = await answer;
  if (typeof word === 'object' && word !== null && 'text' in word) {
    throw new Error(`Failed to start a worker: ${String(word.text)}.`);
  }
}

/** Asks it to finish what it holds; who does not within its time is killed. */
async function stopChild(child: ChildProcess): Promise<readonly (readonly [string, number])[]> {
  if (child.exitCode !== null || child.signalCode !== null) return [];
  const gone = once(child, 'exit');
  let ends: readonly (readonly [string, number])[] = [];
  child.on('message', (message) => {
    const told = endsSchema.safeParse(message);
    if (told.success) ({ ends } = told.data);
  });
  if (child.connected) child.send({ kind: 'stop' });
  const late = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
  await gone;
  clearTimeout(late);
  return ends;
}

const stopLimitMs = 5_000;
