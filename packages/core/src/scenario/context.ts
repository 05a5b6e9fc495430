import type { IdentifiedFault, NetworkView } from '../services/index.ts';
import type { Random } from '../simulation/index.ts';
import type { Counter, Gauge, Histogram, Measure, Meter } from './measures/index.ts';
import type { Outside } from './outside/declarations.ts';
import type { PoolReading } from './outside/pools.ts';
import type { PartState } from './parts.ts';
import type { Signal } from './record.ts';
import type { ExampleTypes } from './types.ts';

/** The time as a process knows it. A clock fault makes `now` wrong, and never `elapsedMs`. */
export interface Clock {
  /** Virtual milliseconds since the run began, by a clock that only goes forward. */
  readonly elapsedMs: () => number;
  /** The wall clock of this process, in milliseconds since 1970 (UTC). */
  readonly now: () => number;
}

/** One process of a system. */
export interface ProcessInfo {
  /** Its name, e.g. `app` or `node-2`. */
  readonly name: string;
  /** Position among the processes of the system, from 0. */
  readonly index: number;
  /** How many processes the system has. */
  readonly count: number;
  /** How often it has started: 1 at first, one more after each crash. */
  readonly start: number;
}

/** What a system notes of itself. */
export interface Note {
  /** Kebab-case. */
  readonly name: string;
  readonly severity: Signal['severity'];
  readonly text: string;
}

/** A system's word about itself: shown, marked as such, and never judged by. */
export interface Telemetry {
  /** Adds to a declared counter. */
  count(report: Measure<Counter>, by?: number): void;
  /** Has a declared gauge read once a second, as long as this process lives. */
  gauge(report: Measure<Gauge>, read: () => number): void;
  /** Records in a declared histogram. */
  record(report: Measure<Histogram>, value: number): void;
  /** Writes an entry of the timeline. */
  note(note: Note): void;
  /** Tells of an error that was caught: it is counted, and shown with its place in the source. */
  failed(error: unknown): void;
  /** A part of the system that a drawing shows, with its state, read once a second. */
  part(name: string, read: () => PartState): void;
}

/** What an implementation is given, and all that it can reach. */
export interface SystemContext<E extends ExampleTypes> {
  readonly settings: E['settings'];
  readonly clock: Clock;
  /** A named random stream of the seed: a new draw in one stream moves nothing in another. */
  readonly random: (name: string) => Random;
  readonly outside: Outside<E['outside']>;
  readonly process: ProcessInfo;
  readonly telemetry: Telemetry;
}

/** What the judge's side is given: the world outside, its truth, and the visitors. */
export interface WorldContext<E extends ExampleTypes> {
  readonly settings: E['settings'];
  readonly elapsedMs: () => number;
  /** Streams apart from those of the system: no implementation can move a draw of the world. */
  readonly random: (name: string) => Random;
  readonly meter: Meter;
  readonly faults: readonly IdentifiedFault[];
  /** The services as the network sees them: their calls, and whom a fault strikes. */
  readonly network: NetworkView;
  /** A connection pool of the system, all processes together. @throws RangeError without one. */
  readonly pool: (name: string) => PoolReading;
  /** Rejections and exceptions of the system so far that nobody handled. */
  readonly unhandledRejections: () => number;
  /** Notes the event that broke a rule, by the rule's name; only the first of each is kept. */
  readonly violate: (rule: string, text: string) => void;
  /** Writes a signal: something that the world has just seen happen. */
  readonly announce: (note: Note & { readonly values?: Readonly<Record<string, number>> }) => void;
  /** Stands for synchronous work of a process: virtual time moves, and nothing else runs. */
  readonly blockEventLoop: (ms: number) => void;
}
