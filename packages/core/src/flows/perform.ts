import {
  type Backoff,
  backoffDelayMs,
  BreakerOpenError,
  type Breakers,
  createBreakers,
} from '../resilience/index.ts';
import { frozenData, isThenable } from '../services/index.ts';
import type { Delivery, Outcome, Outgoing, Settlement } from './delivery.ts';
import {
  EndlessChainError,
  InterruptedTooOftenError,
  InvalidEventError,
  PermanentError,
} from './errors.ts';
import { breakerOptions, type Flow, type RunnableStep } from './flow.ts';
import { follow } from './flow-event.ts';
import type { AttemptEnd, AttemptWatch, FlowLogEntry, FlowObserver } from './observer.ts';
import { issueText, type StandardResult } from './standard-schema.ts';
import type { DeathReason, FlowLetter } from './step.ts';
import { AttemptContext, type ContextParts } from './attempt-context.ts';
import type { LogLevel } from './step-context.ts';
import type { ReadEntry } from './tables.ts';

/** What a flow runs with, whatever the engine. */
export interface FlowDependencies {
  /** What the steps reach. */
  readonly outside: object;
  /** Uniform in [0, 1), for the jitter of retries. Default: the global `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** The wall clock, in ms since 1970 (UTC). Default: the global `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: nothing is logged. */
  readonly log?: ((entry: FlowLogEntry) => void) | undefined;
  readonly observer?: FlowObserver | undefined;
}

/** What an engine gives to one attempt. */
export interface Attempt {
  readonly readEntry: ReadEntry;
  /** Whether the work of this step that has this key is done. */
  readonly isDone: (doneKey: string) => boolean | Promise<boolean>;
  readonly signal: (delivery: Delivery) => AbortSignal;
}

/** Takes what has come of an attempt. */
type End<D extends Delivery, R> = (delivery: D, outcome: Outcome) => R;

const nothing: readonly Outgoing[] = [];
const defaultBackoff: Backoff = { initialMs: 200, maxMs: 10_000, factor: 2, jitter: 'full' };
const defaultAttempts = 5;
/** A process that is killed ten times a minute must not cost an event that waits for it. */
const mostInterruptions = 100;
/** An open breaker is asked again after its time, and this much later at most: all at once is a herd. */
const breakerSpreadMs = 200;

/** Makes attempts at one step: checks, protects, and says what is to be made of it. Stores nothing. */
export class StepRunner {
  readonly #flow: Flow;
  readonly #step: RunnableStep;
  readonly #own: FlowDependencies;
  readonly #random: () => number;
  readonly #now: () => number;
  readonly #breakers: Breakers | undefined;
  readonly #parts: ContextParts;
  /** Of the attempts that are not settled; a ghost's is forgotten with it. */
  readonly #watches = new WeakMap<Delivery, AttemptWatch>();

  constructor(flow: Flow, step: RunnableStep, own: FlowDependencies) {
    this.#flow = flow;
    this.#step = step;
    this.#own = own;
    this.#random = own.random ?? (() => Math.random());
    this.#now = own.now ?? (() => Date.now());
    this.#breakers =
      step.breaker &&
      createBreakers({
        ...breakerOptions(step.breaker),
        isFailure: (error) => !this.#isPermanent(error),
      });
    this.#parts = {
      step: step.name,
      outside: own.outside,
      now: this.#now,
      log: (delivery, level, text, fields) => this.#log(delivery, level, text, { fields }),
    };
  }

  /**
   * Runs the step once, and hands on to `end` what has come of it. Never rejects, but for what `attempt`
   * rejects with and what `end` throws. Of a step that answers at once the result is no promise.
   */
  perform<D extends Delivery, R>(delivery: D, attempt: Attempt, end: End<D, R>): R | Promise<R> {
    const watch = this.#watch(delivery);
    const refused = this.#refusal(delivery);
    if (refused !== undefined) {
      return end(delivery, this.#dead(delivery, refused.reason, refused.error));
    }
    const doneKey = this.doneKey(delivery.event.data);
    const isDone = doneKey !== undefined && attempt.isDone(doneKey);
    if (isDone === false) return this.#run(delivery, doneKey, attempt, watch, end);
    if (isDone === true) return end(delivery, repeated(doneKey));
    return isDone.then((is) =>
      is ? end(delivery, repeated(doneKey)) : this.#run(delivery, doneKey, attempt, watch, end),
    );
  }

  #run<D extends Delivery, R>(
    delivery: D,
    doneKey: string | undefined,
    attempt: Attempt,
    watch: AttemptWatch | undefined,
    end: End<D, R>,
  ): R | Promise<R> {
    const { data } = delivery.event;
    const context = new AttemptContext(this.#parts, delivery, doneKey, attempt);
    let result: unknown;
    try {
      result =
        this.#breakers === undefined && watch?.within === undefined
          ? this.#step.run(data, context)
          : this.#guarded(data, context, watch?.within);
    } catch (error) {
      return end(delivery, this.failed(delivery, error));
    }
    if (!isThenable(result)) return this.#ended(delivery, context, result, end);
    return Promise.resolve(result).then(
      (late) => this.#ended(delivery, context, late, end),
      (error: unknown) => end(delivery, this.failed(delivery, error)),
    );
  }

  /** What the step has come to, with what follows; it has failed when that does not match its schema. */
  #ended<D extends Delivery, R>(
    delivery: D,
    context: AttemptContext,
    result: unknown,
    end: End<D, R>,
  ): R | Promise<R> {
    let outcome: Outcome;
    try {
      const outgoing = this.#outgoing(delivery, result);
      if (outgoing instanceof Promise) {
        return outgoing.then(
          (late) => end(delivery, doneBy(context, late)),
          (error: unknown) => end(delivery, this.failed(delivery, error)),
        );
      }
      outcome = doneBy(context, outgoing);
    } catch (error) {
      outcome = this.failed(delivery, error);
    }
    return end(delivery, outcome);
  }

  /** Tells the observer how an attempt was taken; of one that was given up before, nothing. */
  settled(delivery: Delivery, outcome: Outcome, how: Settlement): void {
    if (this.#own.observer === undefined) return;
    const watch = this.#watches.get(delivery);
    if (watch === undefined) return;
    this.#watches.delete(delivery);
    watch.end(endOf(outcome, how), outcome.kind === 'done' ? undefined : outcome.error);
  }

  #watch(delivery: Delivery): AttemptWatch | undefined {
    const { observer } = this.#own;
    if (observer === undefined) return undefined;
    const watch = observer.begin({
      flow: this.#flow.name,
      step: this.#step.name,
      event: delivery.event,
      attempt: delivery.attempts + 1,
      atMs: this.#now(),
    });
    this.#watches.set(delivery, watch);
    return watch;
  }

  /** What is to be made of an attempt that failed. */
  failed(delivery: Delivery, error: unknown): Exclude<Outcome, { kind: 'done' }> {
    const { maxAttempts = defaultAttempts, backoff = defaultBackoff } = this.#step.retry ?? {};
    if (error instanceof BreakerOpenError) {
      const delayMs = error.retryAfterMs + this.#random() * breakerSpreadMs;
      return { kind: 'again', delayMs, isSpent: false, error };
    }
    const attempt = delivery.attempts + 1;
    if (this.#isPermanent(error)) return this.#dead(delivery, 'permanent', error);
    if (attempt >= maxAttempts) return this.#dead(delivery, 'attempts-used-up', error);
    this.#log(delivery, 'warn', 'attempt failed', { error });
    const delayMs = backoffDelayMs(backoff, attempt, this.#random);
    return { kind: 'again', delayMs, isSpent: true, error };
  }

  #refusal({
    event,
    interruptions,
  }: Delivery): { readonly reason: DeathReason; readonly error: Error } | undefined {
    const { maxChainLength } = this.#flow;
    if (event.depth > maxChainLength) {
      const trail = [...(event.trail ?? []), event.name];
      return { reason: 'endless-chain', error: new EndlessChainError(maxChainLength, trail) };
    }
    if (interruptions > mostInterruptions) {
      const error = new InterruptedTooOftenError(this.#step.name, interruptions);
      return { reason: 'interrupted', error };
    }
    return undefined;
  }

  /** By which this step recognises the work on this data; `undefined` where it is harmless by nature. */
  doneKey(data: unknown): string | undefined {
    const { idempotent } = this.#step;
    return 'key' in idempotent ? idempotent.key(data) : undefined;
  }

  /** Runs it within its trace, and behind its breaker. */
  #guarded(data: unknown, context: AttemptContext, within: AttemptWatch['within']): unknown {
    const { breaker, name } = this.#step;
    const run = (): unknown => this.#step.run(data, context);
    const traced = within === undefined ? run : () => within(run);
    if (this.#breakers === undefined) return traced();
    return this.#breakers.execute(breaker?.key?.(data) ?? name, traced);
  }

  #isPermanent(error: unknown): boolean {
    return (
      error instanceof PermanentError ||
      error instanceof InvalidEventError ||
      this.#step.isPermanent?.(error) === true
    );
  }

  #outgoing(
    delivery: Delivery,
    result: unknown,
  ): readonly Outgoing[] | Promise<readonly Outgoing[]> {
    if (result === undefined || result === null) return nothing;
    const list: readonly unknown[] = Array.isArray(result) ? result : [result];
    let isLate = false;
    const made: (Outgoing | Promise<Outgoing>)[] = [];
    for (const each of list) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the type of a step says
      const next = this.#follow(delivery, each as NextLike, made.length);
      isLate ||= next instanceof Promise;
      made.push(next);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- none of them is late
    return isLate ? Promise.all(made.map(async (each) => each)) : (made as Outgoing[]);
  }

  #follow(delivery: Delivery, next: NextLike, index: number): Outgoing | Promise<Outgoing> {
    const checked = checkData(this.#flow, next.event, next.data);
    if (!(checked instanceof Promise)) return this.#make(delivery, next, index, checked);
    return checked.then((data) => this.#make(delivery, next, index, data));
  }

  #make(delivery: Delivery, next: NextLike, index: number, data: unknown): Outgoing {
    const { observer } = this.#own;
    const watch = observer === undefined ? undefined : this.#watches.get(delivery);
    const traceContext = watch?.traceContext ?? delivery.event.traceContext;
    const { name } = this.#step;
    const event = follow(
      delivery.event,
      name,
      index,
      { name: next.event, data, atMs: this.#now(), traceContext },
      this.#flow.maxChainLength,
    );
    return { event, delayMs: next.delayMs ?? 0 };
  }

  #dead(
    delivery: Delivery,
    reason: DeathReason,
    error: unknown,
  ): Extract<Outcome, { kind: 'dead' }> {
    const isRefused = reason === 'endless-chain' || reason === 'interrupted';
    const letter: FlowLetter = {
      id: delivery.id,
      step: this.#step.name,
      event: delivery.event,
      reason,
      error: describe(error),
      attempts: delivery.attempts + (isRefused ? 0 : 1),
      atMs: this.#now(),
    };
    this.#log(delivery, 'error', `dead letter: ${reason}`, { error });
    // A chain that has no end is not to be made longer.
    if (reason === 'endless-chain' || this.#step.whenDead === undefined) {
      return { kind: 'dead', letter, outgoing: [], error };
    }
    try {
      const outgoing = this.#outgoing(delivery, this.#step.whenDead(delivery.event.data, letter));
      if (!(outgoing instanceof Promise)) return { kind: 'dead', letter, outgoing, error };
      throw new TypeError('whenDead published an event whose schema answers later');
    } catch (failure) {
      this.#log(delivery, 'error', 'whenDead failed', { error: failure });
      return { kind: 'dead', letter, outgoing: [], error };
    }
  }

  #log(
    delivery: Delivery,
    level: LogLevel,
    text: string,
    more: Pick<FlowLogEntry, 'error'> & { readonly fields?: FlowLogEntry['fields'] | undefined },
  ): void {
    if (this.#own.log === undefined) return;
    const { event, attempts } = delivery;
    this.#own.log({
      level,
      text,
      atMs: this.#now(),
      flow: this.#flow.name,
      step: this.#step.name,
      event: event.name,
      eventId: event.id,
      correlationId: event.correlationId,
      causationId: event.causationId,
      attempt: attempts + 1,
      ...this.#watches.get(delivery)?.ids,
      ...(more.error !== undefined && { error: more.error }),
      ...(more.fields !== undefined && { fields: more.fields }),
    });
  }
}

const doneBy = (context: AttemptContext, outgoing: readonly Outgoing[]): Outcome => ({
  kind: 'done',
  doneKey: context.doneKey,
  changes: context.changes(),
  outgoing,
});

const repeated = (doneKey: string): Outcome => ({
  kind: 'done',
  doneKey,
  changes: undefined,
  outgoing: [],
  isRepeated: true,
});

function endOf(outcome: Outcome, how: Settlement): AttemptEnd {
  if (how !== 'settled') return how === 'stale' ? 'stale' : 'overtaken';
  if (outcome.kind === 'again') return outcome.isSpent ? 'retried' : 'held-back';
  if (outcome.kind === 'dead') return 'dead';
  return outcome.isRepeated === true ? 'repeated' : 'done';
}

/** An event that a step lets follow, its types forgotten. */
interface NextLike {
  readonly event: string;
  readonly data: unknown;
  readonly delayMs?: number;
}

/**
 * Data as the schema of its event gives it back, frozen.
 *
 * @throws InvalidEventError when it does not match, or there is no such event.
 */
export function checkData(flow: Flow, event: string, data: unknown): unknown {
  const schema = Object.hasOwn(flow.events, event) ? flow.events[event] : undefined;
  if (schema === undefined) {
    const known = Object.keys(flow.events).join(', ');
    throw new InvalidEventError(event, `the flow ${flow.name} has no such event, only ${known}`);
  }
  const result = schema['~standard'].validate(data);
  return result instanceof Promise
    ? result.then((late) => readData(event, late))
    : readData(event, result);
}

function readData(event: string, found: StandardResult<unknown>): unknown {
  if (found.issues === undefined) return frozenData(found.value);
  throw new InvalidEventError(event, issueText(found.issues));
}

function describe(error: unknown): FlowLetter['error'] {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  const { name, message } = error;
  return 'code' in error && typeof error.code === 'string'
    ? { name, message, code: error.code }
    : { name, message };
}
