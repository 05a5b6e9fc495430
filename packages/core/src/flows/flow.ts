import { checkBackoff, createBreakers } from '../resilience/index.ts';
import { badFlow } from './errors.ts';
import type { EventOf, FlowTypes, NewDataOf, Step, StepOptions } from './step.ts';

/** An event that comes again and again. */
export type Schedule<F extends FlowTypes> = {
  readonly [Name in EventOf<F>]: {
    readonly event: Name;
    /** Time from one to the next, in ms. The times are multiples of it since 1970. */
    readonly everyMs: number;
    /** @param atMs its time, in ms since 1970 (UTC) */
    readonly data: (atMs: number) => NewDataOf<F, Name>;
  };
}[EventOf<F>];

/** What a flow is made of: its events, steps and schedules. */
export interface FlowOptions<F extends FlowTypes> {
  /** Kebab-case. */
  readonly name: string;
  readonly events: F['events'];
  readonly steps: readonly AnyStep<F>[];
  /** Events that come again and again, by the name of the schedule. Default: none. */
  readonly schedules?: Readonly<Record<string, Schedule<F>>>;
  /**
   * Events that may follow one from another; the next one becomes a dead letter that names the
   * circle. Default 100, far above what is sensible.
   */
  readonly maxChainLength?: number;
}

/** Any step of a flow. */
export type AnyStep<F extends FlowTypes> = { [Name in EventOf<F>]: Step<F, Name> }[EventOf<F>];

/** A step whose event is of no interest: what an engine runs. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each step fixes its own event
export type RunnableStep = Step<any, any>;

/** A flow that was checked. */
export interface Flow<F extends FlowTypes = FlowTypes> {
  readonly name: string;
  readonly events: F['events'];
  readonly steps: readonly RunnableStep[];
  readonly schedules: Readonly<Record<string, Schedule<F>>>;
  readonly maxChainLength: number;
  /** Positions of the steps that listen to an event, by its name. */
  readonly routes: ReadonlyMap<string, readonly number[]>;
  /** Never there; carries the types. */
  readonly types?: F;
}

/** The words in which one flow is written. */
export interface FlowWords<F extends FlowTypes> {
  /** Declares a step. @param name kebab-case, once in the flow */
  readonly step: <Name extends EventOf<F>>(
    name: string,
    options: StepOptions<F, Name>,
  ) => Step<F, Name>;
  /**
   * Puts steps together.
   *
   * @throws RangeError naming the step, the option and the value.
   */
  readonly defineFlow: (options: FlowOptions<F>) => Flow<F>;
}

/** The words in which one flow is written, bound to its types. */
export function flowWords<F extends FlowTypes>(): FlowWords<F> {
  return {
    step: (name, options) => ({ ...options, name }),
    defineFlow: (options) => checkedFlow(options),
  };
}

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

function checkedFlow<F extends FlowTypes>(options: FlowOptions<F>): Flow<F> {
  const { name, events, schedules = {}, maxChainLength = 100 } = options;
  if (!kebabCase.test(name)) throw badFlow('name', name, 'Use kebab-case.');
  if (!Number.isInteger(maxChainLength) || maxChainLength < 1) {
    throw badFlow('maxChainLength', maxChainLength, 'Use an integer of at least 1.');
  }
  const routes = new Map<string, number[]>(Object.keys(events).map((event) => [event, []]));
  const names = new Set<string>();
  const steps: readonly RunnableStep[] = options.steps;
  for (const [index, step] of steps.entries()) {
    if (!kebabCase.test(step.name))
      throw badFlow('the name of a step', step.name, 'Use kebab-case.');
    if (names.has(step.name)) throw badFlow('the name of two steps', step.name, 'Use it once.');
    names.add(step.name);
    const listeners = routes.get(step.on);
    if (listeners === undefined) {
      throw badFlow(`${step.name}.on`, step.on, `Use one of ${Object.keys(events).join(', ')}.`);
    }
    listeners.push(index);
    checkStep(step);
  }
  for (const [each, { everyMs }] of Object.entries(schedules)) {
    if (!(everyMs >= 1)) throw badFlow(`schedules.${each}.everyMs`, everyMs, 'Use 1 ms or more.');
  }
  return { name, events, steps, schedules, maxChainLength, routes };
}

function checkStep(step: RunnableStep): void {
  const { name, concurrency = 1, timeoutMs = 1, retry = {}, delayMs = 0, breaker } = step;
  const { maxAttempts = 1, backoff } = retry;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw badFlow(`${name}.concurrency`, concurrency, 'Use an integer of at least 1.');
  }
  if (!(timeoutMs > 0)) {
    throw badFlow(`${name}.timeoutMs`, timeoutMs, 'Use milliseconds above 0, or Infinity.');
  }
  if (maxAttempts !== Infinity && (!Number.isInteger(maxAttempts) || maxAttempts < 1)) {
    throw badFlow(`${name}.retry.maxAttempts`, maxAttempts, 'Use an integer of at least 1.');
  }
  if (typeof delayMs === 'number' && !(delayMs >= 0)) {
    throw badFlow(`${name}.delayMs`, delayMs, 'Use milliseconds, 0 or more.');
  }
  if (backoff !== undefined) checkBackoff(`${name}.retry.backoff`, backoff);
  // Its own checks name the option.
  if (breaker !== undefined) createBreakers(breakerOptions(breaker));
  if ('byNature' in step.idempotent && step.idempotent.byNature.trim() === '') {
    throw badFlow(`${name}.idempotent.byNature`, 'empty', 'Say why doing it twice is harmless.');
  }
}

/** The options of a breaker without those of the step. */
export function breakerOptions({
  failureThreshold,
  halfOpenAfterMs,
}: NonNullable<RunnableStep['breaker']>): Parameters<typeof createBreakers>[0] {
  return { failureThreshold, halfOpenAfterMs };
}
