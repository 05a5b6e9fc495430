import type { FaultKind } from '../services/index.ts';
import type { z } from 'zod';
import type { Arrival } from '../workload/index.ts';
import type { WorldContext } from './context.ts';
import type { Figures } from './figure.ts';
import { type Implementation, titleOf } from './implementation.ts';
import type { Charts } from './chart.ts';
import type { Rules } from './rules/index.ts';
import type { Scenario, ScenarioName } from './scenario.ts';
import type { ExampleTypes } from './types.ts';
import type { Watcher } from './watcher.ts';

/** The world outside of a system: what it can reach, and what is true. */
export interface World<E extends ExampleTypes> {
  /** Declared services, stores, channels, pools and ports. */
  readonly outside: E['outside'];
  /** What happened, as the world outside knows it: the judge's. */
  readonly truth: E['truth'];
}

/** One client that arrives: what the load generator hands to the example. */
export interface Visit<E extends ExampleTypes> {
  readonly context: WorldContext<E>;
  readonly truth: E['truth'];
  /** The system over the network: each call goes to a process that is up. */
  readonly system: E['system'];
  /** One process of it, by its position. */
  readonly at: (index: number) => E['system'];
  readonly arrival: Arrival;
}

/** What the swarm may draw, and how long a system may take to recover. */
export interface SwarmOptions<Settings> {
  /** Settings of every storm: a small world, in which the same things happen in less time. */
  readonly small?: Readonly<Partial<Settings>>;
  /** Kinds of fault that are not drawn, each with the reason; `--fault-kinds` can ask for them. */
  readonly without?: Readonly<Partial<Record<FaultKind, string>>>;
  /** Settings that may be drawn, each with its lowest and highest whole value. Default: none. */
  readonly settings?: Readonly<Partial<Record<keyof Settings & string, readonly [number, number]>>>;
  /** Settings that are on or off, each on in some of the storms; see `onOff`. Default: none. */
  readonly switches?: readonly (keyof Settings & string)[];
  /** Pairs of switches that are never on together: of two that are drawn, the first one is. Default: none. */
  readonly apart?: readonly (readonly [keyof Settings & string, keyof Settings & string])[];
  /** Services and channels that a switch is about: struck more often while it is on. Default: what it brings. */
  readonly aims?: Readonly<Partial<Record<keyof Settings & string, readonly string[]>>>;
  /**
   * Services that few calls go to, and much depends on: of the short strikes that meet in a moment, half are on them
   * and on what a switch is about. Default: none.
   */
  readonly often?: readonly string[];
  /** Operations (`service.operation`) that only earlier weeks call: a fault there changes nothing. Default: none. */
  readonly unused?: readonly string[];
  /**
   * Whether each storm has, besides what chance draws, faults that go round: so that a few storms in a row strike
   * everything that can be struck. Default: false.
   */
  readonly hasRounds?: boolean;
  /**
   * Whether nothing is struck after the load, as where the truth asks the system itself what came of it: a fault would
   * strike the question. Default: false.
   */
  readonly faultsEndWithLoad?: boolean;
  /**
   * Declared arithmetic: the shortest time after the last fault and the last visitor in which all can be
   * settled, part by part (the ceiling of a retry, a backlog through spare capacity), in ms, by what each part
   * is. A system may take their sum and a fifth, and two minutes in any case.
   */
  readonly settles?: (settings: Settings) => Readonly<Record<string, number>>;
}

/** An incident that can be run: everything that is particular to one example. */
export interface Example<E extends ExampleTypes = ExampleTypes> {
  /** Name of the workspace package. */
  readonly name: string;
  readonly title: string;
  /** Virtual wall-clock time at which a run starts (ISO, UTC). */
  readonly startsAt: string;
  /** What `--set` may change: an object of numbers, each with a default and a description. */
  readonly settings: z.ZodType<E['settings']> & {
    readonly shape: Readonly<Record<string, z.ZodType>>;
  };
  /** Fields that a trace may carry, with their meaning. Default: none. */
  readonly traceFields?: Readonly<Record<string, string>>;
  /** What a value of such a field should be, when it is wrong. Default: anything is right. */
  readonly traceFieldRemedy?: (
    field: string,
    text: string,
    settings: E['settings'],
  ) => string | undefined;
  readonly charts: Charts;
  readonly measures: E['measures'];
  readonly reports: E['reports'];
  /** Makes the world outside of one run. Its declarations are connected by the runner. */
  readonly createServices: (context: WorldContext<E>) => World<E>;
  /** Names of the processes that a system runs in. Default: one, `app`. */
  readonly processes?: (settings: E['settings']) => readonly string[];
  readonly implementations: Readonly<Record<string, Implementation<E>>>;
  /** Systems that do as little as they can get away with; see `lazySystems`. Default: none. */
  readonly lazy?: Readonly<Record<string, Implementation<E>>>;
  /** Plays one client from its arrival to its end. Must not reject: what goes wrong is measured. */
  readonly visit: (visit: Visit<E>) => Promise<void>;
  readonly signals: readonly Watcher<E>[];
  readonly rules: Rules<E, 'invariant' | 'objective' | 'useful-work'>;
  /** What storms at random may do with it. */
  readonly swarm?: SwarmOptions<E['settings']>;
  /** What a table shows of a phase. */
  readonly figures: Figures<E>;
  readonly scenarios: Readonly<Record<ScenarioName, Scenario<E>>>;
}

/** An example that was checked: its implementations in their order. */
export interface DefinedExample<E extends ExampleTypes = ExampleTypes> extends Omit<
  Example<E>,
  'implementations' | 'lazy'
> {
  readonly implementations: readonly Implementation<E>[];
  readonly lazy: Readonly<Record<string, Implementation<E>>>;
}

/** An example whose particular types are of no interest: what the runner and the commands handle. */
// oxlint-disable-next-line typescript/no-explicit-any -- existential: each example fixes its own types
export type AnyTypes = any;
/** An example, whatever its types. */
export type AnyExample = DefinedExample<AnyTypes>;
/** An implementation, whatever the types of its example. */
export type AnyImplementation = Implementation<AnyTypes>;

/**
 * Checks an example for mistakes that types cannot see, and hands it back with its implementations
 * in order.
 *
 * @throws RangeError for a name that is used twice, or that refers to nothing.
 */
export function defineExample<E extends ExampleTypes>(example: Example<E>): DefinedExample<E> {
  const implementations = Object.values(example.implementations).toSorted(
    (a, b) => a.week - b.week || (a.name < b.name ? -1 : 1),
  );
  const { lazy = {} } = example;
  const names = unique('implementations', [...implementations, ...Object.values(lazy)]);
  const repaired = implementations.filter(({ role }) => role === 'repaired');
  if (repaired.length !== 1) {
    throw new RangeError(
      `Failed to define the example: ${repaired.length} implementations have the role "repaired". Give it to one.`,
    );
  }
  unique('signals', example.signals);
  const rules = new Set(Object.keys(example.rules));
  const charts = new Set(Object.keys(example.charts));
  for (const measure of [...Object.values(example.measures), ...Object.values(example.reports)]) {
    if (measure.chart !== undefined) mustExist(`${measure.name}.chart`, measure.chart, charts);
  }
  for (const { name, breaks = [] } of [...implementations, ...Object.values(lazy)]) {
    for (const rule of breaks) mustExist(`implementations.${name}.breaks`, rule, rules);
  }
  for (const [name, scenario] of Object.entries(example.scenarios)) {
    const used =
      scenario.kind === 'storm'
        ? scenario.cast.map(({ implementation }) => implementation)
        : scenario.implementations;
    for (const implementation of used) mustExist(`scenarios.${name}`, implementation, names);
  }
  return { ...example, implementations, lazy };
}

/**
 * The implementation that holds.
 *
 * @throws RangeError when the example has none whose role is `repaired`
 */
export function repairedOf<E extends ExampleTypes>(example: DefinedExample<E>): Implementation<E> {
  const found = example.implementations.find(({ role }) => role === 'repaired');
  if (found === undefined) throw new RangeError(`${example.name} has no repaired implementation.`);
  return found;
}

/** All implementations that can be run, the lazy ones last. */
export function implementationsOf<E extends ExampleTypes>(
  example: DefinedExample<E>,
): readonly Implementation<E>[] {
  return [...example.implementations, ...Object.values(example.lazy)];
}

/**
 * The implementation of that name.
 *
 * @throws RangeError when the example has none.
 */
export function findImplementation<E extends ExampleTypes>(
  example: DefinedExample<E>,
  name: string,
): Implementation<E> {
  const all = implementationsOf(example);
  const found = all.find((implementation) => implementation.name === name);
  if (found !== undefined) return found;
  const names = all.map((implementation) => implementation.name).join(', ');
  throw new RangeError(`Failed to find the implementation "${name}". Use one of ${names}.`);
}

export { titleOf };

function unique(list: string, entries: readonly { readonly name: string }[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) {
      throw new RangeError(`Failed to define the example: "${name}" stands twice in ${list}.`);
    }
    names.add(name);
  }
  return names;
}

function mustExist(where: string, name: string, known: ReadonlySet<string>): void {
  if (known.has(name)) return;
  throw new RangeError(
    `Failed to define the example: ${where} names "${name}". Use one of ${[...known].join(', ')}.`,
  );
}
