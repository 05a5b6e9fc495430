import type { Unit } from '../record.ts';
import { suggest } from '../../services/index.ts';

/** What a declaration says of every measurement. */
interface Declared {
  /** For people, e.g. "time to pay". */
  readonly label: string;
  /** Key of the chart in which it is drawn. Default: it is drawn in none. */
  readonly chart?: string;
}

/** Counts events. A sample shows what was added in its second. */
export interface CounterOptions extends Declared {
  /** Default: `per-second`, since a sample covers one second. */
  readonly unit?: 'per-second' | 'usd' | 'bytes';
}

/** Something that has a value at each moment, read once a second. */
export interface GaugeOptions extends Declared {
  readonly unit: Unit;
}

/** A distribution of observations, such as latencies from the intended start of the work. */
export interface HistogramOptions extends Declared {
  readonly unit: 'ms' | 'count' | 'bytes';
  /** Percentiles of each second that are drawn. Default: 50 and 99. */
  readonly drawn?: readonly (50 | 95 | 99)[];
}

/** A measure that is added up in each second; its unit is in `unit`. */
export interface Counter extends CounterOptions {
  readonly kind: 'counter';
  readonly unit: 'per-second' | 'usd' | 'bytes';
}

/** A measure that is read at the end of each second. */
export interface Gauge extends GaugeOptions {
  readonly kind: 'gauge';
}

/** A measure whose distribution is kept. */
export interface Histogram extends HistogramOptions {
  readonly kind: 'histogram';
}

/** A measurement before it has its name. */
export type MeasureSpec = Counter | Gauge | Histogram;

/** A declared measurement: the key by which everything else speaks of it. */
export type Measure<Spec extends MeasureSpec = MeasureSpec> = Spec & { readonly name: string };

/** Declared measurements by name. */
export type Measures = Readonly<Record<string, Measure>>;

/** Declares a counter. */
export function counter(options: CounterOptions): Counter {
  return { unit: 'per-second', ...options, kind: 'counter' };
}

/** Declares a gauge. */
export function gauge(options: GaugeOptions): Gauge {
  return { ...options, kind: 'gauge' };
}

/** Declares a histogram. */
export function histogram(options: HistogramOptions): Histogram {
  return { ...options, kind: 'histogram' };
}

/**
 * Declares the measurements of an example, each once: kind, unit, label and chart. The result holds
 * the typed keys that meter, rules, signals, figures and `scale` take. Asking it for a name that was
 * not declared throws.
 *
 * @throws RangeError for a name that is no camel-case word: it is the key in the record.
 */
export function defineMeasures<const Specs extends Readonly<Record<string, MeasureSpec>>>(
  specs: Specs,
): { readonly [Name in keyof Specs]: Specs[Name] & { readonly name: string } } {
  const measures: Record<string, Measure> = {};
  for (const [name, spec] of Object.entries(specs)) {
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) {
      throw new RangeError(`Failed to declare the measurement "${name}": use a camel-case word.`);
    }
    measures[name] = Object.freeze({ ...spec, name });
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one key for each spec
  return known('measurement', measures) as {
    readonly [Name in keyof Specs]: Specs[Name] & { readonly name: string };
  };
}

/**
 * An object that refuses names which it does not have, instead of giving `undefined`: a misspelt name
 * is a sentence, not a figure of zero.
 */
export function known<T extends object>(what: string, entries: T): T {
  return new Proxy(Object.freeze(entries), {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || name in target || passive.has(name)) {
        return Reflect.get(target, name, receiver) as unknown;
      }
      const names = Object.keys(target);
      throw new RangeError(`There is no ${what} "${name}". ${suggest(name, names)}`);
    },
  });
}

/** What the language and test runners ask any object for. */
const passive: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  '$$typeof',
  'nodeType',
  'tagName',
  'hasAttribute',
  '@@__IMMUTABLE_ITERABLE__@@',
  '@@__IMMUTABLE_RECORD__@@',
  '_isMockFunction',
  'constructor',
]);
