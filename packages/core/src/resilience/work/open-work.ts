import { createDeadLetters, type Letter } from '../dead-letters.ts';
import { ObserverTally } from '../observer-tally.ts';
import { checkLimit } from '../option-checks.ts';
import type { ReplayOptions, ReplayReport } from '../replay.ts';
import { isRefusal } from '../refusal.ts';
import { setTimeLimit } from '../time-limit.ts';
import { Agenda, type WorkInHand } from './agenda.ts';
import { Attempts } from './attempts.ts';
import { WorkClosedError } from './errors.ts';
import { die, isExpired, stepAfter } from './work-step.ts';
import { Notes } from './notes.ts';
import { copyOfData } from './plain-data.ts';
import { ReplayRounds } from './replay-rounds.ts';
import type { WorkDrainOptions, NewWork, Work, WorkMetrics, WorkReport } from './work.ts';
import { inWords, type WorkItem } from './work-item.ts';
import { type ResolvedWorkOptions, resolveWorkOptions, type WorkOptions } from './work-options.ts';

/**
 * Opens work that must get done on a store, and takes up what was left there.
 *
 * What is submitted is kept first, then tried, and tried again after a back-off or when the failure
 * says so. What cannot be done is given up into dead letters, which are replayed when their receiver is
 * back: when other work of their key succeeds, when a letter that is tried now and then gets through, or
 * when somebody says so. Work is done at least once: the receiver has to know an `id` again.
 *
 * @throws RangeError on an option out of range, or what the store says when it is loaded.
 */
export async function openWork<Payload>(options: WorkOptions<Payload>): Promise<Work<Payload>> {
  const resolved = resolveWorkOptions(options);
  return new KeptWork(options, resolved, await options.store.load());
}

class KeptWork<Payload> implements Work<Payload> {
  readonly #options: WorkOptions<Payload>;
  readonly #resolved: ResolvedWorkOptions;
  readonly #tasks = new Map<string, WorkInHand<Payload>>();
  readonly #letters = createDeadLetters<WorkItem<Payload>>({ capacity: Infinity });
  readonly #agenda: Agenda<Payload>;
  readonly #attempts: Attempts<Payload>;
  readonly #notes: Notes<Payload>;
  readonly #rounds: ReplayRounds;
  readonly #observers = new ObserverTally();
  readonly #stop = new AbortController();
  readonly #whenIdle = new Set<() => void>();
  #closing: Promise<WorkReport> | undefined;
  #running = 0;
  #rank = 0;
  #submitted = 0;
  #resumed = 0;
  #done = 0;
  #died = 0;
  #replayed = 0;

  constructor(
    options: WorkOptions<Payload>,
    resolved: ResolvedWorkOptions,
    kept: readonly WorkItem<Payload>[],
  ) {
    const { signal } = this.#stop;
    this.#options = options;
    this.#resolved = resolved;
    this.#attempts = new Attempts(options, signal);
    this.#notes = new Notes(options.store, resolved, signal);
    this.#agenda = new Agenda({
      concurrencyPerKey: resolved.concurrencyPerKey,
      onDue: () => this.#pump(),
      onRelease: (key) => this.#buryExpired(key),
    });
    this.#rounds = new ReplayRounds({
      everyMs: resolved.replayEveryMs,
      replay: (isChosen) =>
        this.#replay({
          ...options.replay,
          filter: ({ key, reason }) => reason !== 'final' && isChosen(key),
        }),
    });
    options.signal?.addEventListener('abort', this.#end, { once: true });
    if (options.signal?.aborted === true) this.#end();
    else for (const item of kept) this.#resume(item);
  }

  async submit({ id, key, payload }: NewWork<Payload>): Promise<'added' | 'known'> {
    if (this.#closing !== undefined || this.#isOver) throw new WorkClosedError();
    const nowMs = Date.now();
    const item: WorkItem<Payload> = {
      id,
      key,
      payload: copyOfData('payload', payload),
      promisedAtMs: nowMs,
      attempts: 0,
      dueAtMs: nowMs,
    };
    const answer = await this.#options.store.add(item);
    // What is known may be so from a call that was not heard of, and is then not in hand yet.
    if (this.#isOver || this.#tasks.has(id)) return answer;
    this.#submitted += 1;
    this.#agenda.add(this.#take(item), 0);
    return answer;
  }

  report(): WorkReport {
    let oldestPromisedAtMs: number | undefined;
    for (const { item } of this.#tasks.values()) {
      if (item.death !== undefined) continue;
      oldestPromisedAtMs = Math.min(oldestPromisedAtMs ?? Infinity, item.promisedAtMs);
    }
    const dead = this.#letters.size;
    const waiting = this.#tasks.size - dead - this.#running;
    return { waiting, running: this.#running, dead, oldestPromisedAtMs };
  }

  metrics(): WorkMetrics {
    return {
      submitted: this.#submitted,
      resumed: this.#resumed,
      done: this.#done,
      died: this.#died,
      replayed: this.#replayed,
      ...this.#attempts.counts,
      storeFailures: this.#notes.failures,
      observerFailures: this.#observers.failures,
    };
  }

  items(): readonly WorkItem<Payload>[] {
    return Array.from(this.#tasks.values(), ({ item }) => item);
  }

  deadLetters(): readonly WorkItem<Payload>[] {
    return this.#letters.entries().map(({ item }) => this.#tasks.get(item.id)?.item ?? item);
  }

  replay(options?: ReplayOptions<Letter<WorkItem<Payload>>>): Promise<ReplayReport> {
    return this.#replay(options ?? {});
  }

  receiverIsBack(key: string): void {
    if (this.#isOver) return;
    this.#agenda.lines.release(key);
    this.#rounds.answered(key);
  }

  async drain({ timeoutMs, signal }: WorkDrainOptions): Promise<WorkReport> {
    checkLimit('timeoutMs', timeoutMs, { min: 0 });
    if (!this.#isIdle && timeoutMs > 0 && signal?.aborted !== true && !this.#isOver) {
      await new Promise<void>((resolve) => {
        const finish = (): void => {
          callOff();
          this.#whenIdle.delete(finish);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const callOff = setTimeLimit(finish, timeoutMs);
        this.#whenIdle.add(finish);
        signal?.addEventListener('abort', finish, { once: true });
      });
    }
    return this.report();
  }

  close(options: WorkDrainOptions): Promise<WorkReport> {
    this.#closing ??= this.drain(options).finally(this.#end);
    return this.#closing;
  }

  get #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Whether nothing waits or runs. */
  get #isIdle(): boolean {
    return this.#tasks.size === this.#letters.size;
  }

  readonly #end = (): void => {
    this.#options.signal?.removeEventListener('abort', this.#end);
    this.#agenda.stop();
    this.#rounds.stop();
    this.#stop.abort(new WorkClosedError());
    for (const finish of this.#whenIdle) finish();
  };

  #take(item: WorkItem<Payload>): WorkInHand<Payload> {
    const task = { item, rank: this.#rank };
    this.#rank += 1;
    this.#tasks.set(item.id, task);
    return task;
  }

  #resume(item: WorkItem<Payload>): void {
    const task = this.#take(item);
    if (item.death !== undefined) {
      this.#keepLetter(item);
      return;
    }
    this.#resumed += 1;
    this.#agenda.add(task, item.dueAtMs - Date.now());
  }

  #pump(): void {
    while (this.#running < this.#resolved.concurrency && !this.#isOver) {
      const task = this.#agenda.lines.next();
      if (task === undefined) return;
      this.#running += 1;
      void this.#work(task);
    }
  }

  /** One attempt. Whatever happens, the task has somewhere to go afterwards, unless all is over. */
  async #work(task: WorkInHand<Payload>): Promise<void> {
    const { key } = task.item;
    const expired = isExpired(task.item, Date.now(), this.#resolved);
    const failure = expired ? undefined : await this.#attempts.make(task.item);
    if (this.#isOver) return;
    if (expired) await this.#bury(task, die(task.item, 'expired', Date.now()).item);
    else if (failure === undefined) await this.#finish(task);
    else await this.#stepOn(task, failure.error);
    if (this.#isOver) return;
    this.#running -= 1;
    if (failure === undefined || !isRefusal(failure.error)) this.#agenda.lines.end(key);
    this.#pump();
    this.#tellIdle();
  }

  async #stepOn(task: WorkInHand<Payload>, error: unknown): Promise<void> {
    const step = stepAfter(task.item, error, Date.now(), this.#resolved);
    if (step.kind === 'wait') {
      this.#agenda.lines.refuse(task, step.retryAfterMs);
      return;
    }
    this.#observers.tell(() => this.#options.onFailure?.(step.item, error), undefined);
    if (step.kind === 'die') {
      await this.#bury(task, step.item);
      return;
    }
    task.item = step.item;
    await this.#notes.update(step.item);
    if (!this.#isOver) this.#agenda.add(task, step.item.dueAtMs - Date.now());
  }

  async #finish(task: WorkInHand<Payload>): Promise<void> {
    if (!(await this.#notes.remove(task.item.id))) return;
    this.#tasks.delete(task.item.id);
    this.#done += 1;
    this.#observers.tell(this.#options.onDone, task.item);
    this.#rounds.answered(task.item.key);
  }

  async #bury(task: WorkInHand<Payload>, item: WorkItem<Payload>): Promise<void> {
    task.item = item;
    await this.#notes.update(item);
    if (this.#isOver) return;
    this.#died += 1;
    this.#keepLetter(item);
    this.#observers.tell(this.#options.onDead, item);
  }

  #keepLetter(item: WorkItem<Payload>): void {
    const { key, attempts, lastError: error, death } = item;
    const { reason = 'attempts-exhausted', atMs = Date.now() } = death ?? {};
    this.#letters.add({ item, key, reason, error, attempts, atMs });
    this.#rounds.died(key, reason !== 'final');
  }

  /** What has become too old behind a key whose receiver refused. */
  #buryExpired(key: string): void {
    const nowMs = Date.now();
    const expired = this.#agenda.lines.takeWhile(key, ({ item }) =>
      isExpired(item, nowMs, this.#resolved),
    );
    for (const task of expired) {
      void this.#bury(task, die(task.item, 'expired', nowMs).item).then(() => this.#tellIdle());
    }
  }

  #replay(options: ReplayOptions<Letter<WorkItem<Payload>>>): Promise<ReplayReport> {
    const { signal } = this.#stop;
    const limits = {
      ...options,
      signal: options.signal === undefined ? signal : AbortSignal.any([options.signal, signal]),
    };
    return this.#letters.replay((letter) => this.#deliver(letter), limits);
  }

  /** Tries a dead letter once; rejects when it stays one. */
  async #deliver({ item: { id } }: Letter<WorkItem<Payload>>): Promise<void> {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    const failure = await this.#attempts.make(task.item);
    if (this.#isOver) throw new WorkClosedError();
    if (failure === undefined) {
      if (!(await this.#notes.remove(id))) throw new WorkClosedError();
      this.#tasks.delete(id);
      this.#replayed += 1;
      this.#rounds.left(task.item.key, task.item.death?.reason !== 'final');
      this.#observers.tell(this.#options.onDone, task.item);
      this.#rounds.answered(task.item.key);
      return;
    }
    const { error } = failure;
    if (!isRefusal(error)) {
      const attempts = task.item.attempts + 1;
      task.item = { ...task.item, attempts, lastError: inWords(error) };
      this.#observers.tell(() => this.#options.onFailure?.(task.item, error), undefined);
      await this.#notes.update(task.item);
    }
    throw error;
  }

  #tellIdle(): void {
    if (this.#isIdle) for (const finish of this.#whenIdle) finish();
  }
}
