import { host } from '#host';

import {
  type ActiveSimulation,
  boundToRole,
  currentRole,
  expectStragglers,
  inRole,
  isRunning,
  type Role,
  setActiveSimulation,
} from './active.ts';
import { Engine, type EngineOptions, type Outcome } from './engine.ts';
import {
  SimulationActiveError,
  SimulationCancelledError,
  SimulationSupersededError,
} from './errors.ts';
import { install } from './install.ts';
import { checkSeed, createRandom, type Random } from './random.ts';
import { real } from './real.ts';

/** The seed, start and time zone of a simulation, and who holds it back or ends it. */
export interface SimulateOptions {
  /** Non-negative safe integer: the same seed gives the same run. */
  readonly seed: number;
  /** The virtual wall clock at the start. */
  readonly start: Date | string | number;
  /**
   * The zone of local times, as IANA names it: `Europe/Berlin`. Default: UTC, on every machine. In a
   * worker thread it stays that of the process.
   */
  readonly timeZone?: string;
  /**
   * Called before virtual time moves, with the milliseconds since the start to which it is about to
   * move. While the promise that it returns is pending, virtual time stands still: a view paces a
   * run with it. Without one time moves at once. It waits with `sim.real`.
   */
  readonly pace?: (nextElapsedMs: number) => void | Promise<void>;
  /** Ends the run: `simulate` rejects with SimulationCancelledError. */
  readonly signal?: AbortSignal;
  /** Gets promises that were rejected without a handler. Without it, the first one fails the run. */
  readonly onUnhandledRejection?: (reason: unknown) => void;
  /** Gets what a timer or another callback threw. Without it, the first one fails the run. */
  readonly onUncaughtError?: (error: unknown) => void;
  /** Virtual milliseconds after which the run fails with VirtualTimeLimitError. Default: none. */
  readonly maxVirtualMs?: number;
  /**
   * Kinds of real input and output that belong to the host and not to the simulated program, as
   * `process.getActiveResourcesInfo()` names them: `['TCPSocketWrap']` for a page that is served while
   * the run goes on. Default: none.
   */
  readonly ignoredIo?: readonly string[];
  /** Lets a deadlock say where the pending promises were made; several times slower. Default: false. */
  readonly traceWaits?: boolean;
}

/** The running simulation, as its body sees it. */
export interface Simulation {
  readonly seed: number;
  /** The virtual wall clock at the start, in milliseconds since 1970. */
  readonly startMs: number;
  /** Virtual milliseconds since the start, in steps of a microsecond. */
  elapsedMs(): number;
  /** The random stream of this name, derived from the seed and the name: always the same object. */
  random(name: string): Random;
  /**
   * Stands for synchronous work: virtual time moves by `ms` and nothing runs. Timers that fell due
   * run afterwards, late, in the order in which they were due. RangeError unless finite and >= 0.
   */
  blockEventLoop(ms: number): void;
  /**
   * Runs work that needs the real world (files, network, workers): virtual time stands still until
   * its promise settles.
   */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** The machine's own timers and clock; `now` is its `performance.now`. */
  readonly real: {
    readonly setTimeout: typeof globalThis.setTimeout;
    readonly clearTimeout: typeof globalThis.clearTimeout;
    readonly setImmediate: typeof globalThis.setImmediate;
    readonly now: () => number;
  };
}

/** What the body gave, the virtual ms that it took, and what it left behind. */
export interface SimulationResult<T> {
  readonly value: T;
  /** Virtual milliseconds from the start until the body settled. */
  readonly virtualMs: number;
  readonly timersFired: number;
  /** Timers and immediates that were still pending when the body settled; they were cleared. */
  readonly timersLeft: number;
  /** Steps of the loop, a phase each; depends on the machine where holds or pacing are used. */
  readonly turns: number;
}

let current: Simulation | undefined;

/** A simulation that has been started and has not ended. */
interface Occupant {
  readonly ended: Promise<void>;
  isSuperseded: boolean;
  supersede: (() => void) | undefined;
}

let occupant: Occupant | undefined;

/** The simulation that runs in this thread, if one does. */
export function currentSimulation(): Simulation | undefined {
  return current;
}

/**
 * Runs `body` under virtual time and seeded randomness, and restores the globals when it ends, in
 * whatever way. The run ends when the promise of the body settles; timers still pending then are
 * cleared and counted.
 *
 * One runs at a time. Started inside another one, it rejects with SimulationActiveError. Started
 * outside, while one goes on that somebody has left behind, it ends that one with
 * SimulationSupersededError, and starts when the globals are restored.
 *
 * @throws what the body threw; RangeError or TypeError for a bad option; and the errors of this room:
 *   SimulationActiveError, SimulationSupersededError, SimulationCancelledError, DeadlockError,
 *   RealIoError, LivelockError, VirtualTimeLimitError, UnhandledRejectionInSimulationError and
 *   UncaughtErrorInSimulationError
 */
export async function simulate<T>(
  options: SimulateOptions,
  body: (sim: Simulation) => T | Promise<T>,
): Promise<SimulationResult<T>> {
  const settings = resolveOptions(options);
  const { own, leave } = await occupy();
  try {
    // The body starts on a turn of its own: the code around this call keeps the real globals.
    await new Promise<void>((resolve) => {
      real.setImmediate(resolve);
    });
    const { signal } = settings;
    if (own.isSuperseded) throw new SimulationSupersededError(0);
    if (signal?.aborted === true) throw new SimulationCancelledError(0, signal.reason);
    return await run(settings, own, body);
  } finally {
    leave();
  }
}

/** Waits until no other simulation runs, and makes sure that it comes to its end. */
async function occupy(): Promise<{ readonly own: Occupant; readonly leave: () => void }> {
  const role = currentRole();
  for (let other = occupant; other !== undefined; other = occupant) {
    if (role !== undefined && isRunning(role.simulation)) throw new SimulationActiveError();
    other.isSuperseded = true;
    other.supersede?.();
    await other.ended;
  }
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const own: Occupant = { ended, isSuperseded: false, supersede: undefined };
  occupant = own;
  const leave = (): void => {
    occupant = undefined;
    resolve();
  };
  return { own, leave };
}

function run<T>(
  settings: Settings,
  own: Occupant,
  body: (sim: Simulation) => T | Promise<T>,
): Promise<SimulationResult<T>> {
  const { seed, startMs, signal, tracer, pace } = settings;
  return new Promise((resolve, reject) => {
    let inWatch: typeof pace;
    const watched = pace && ((nextMs: number) => (inWatch ??= boundToRole(watching, pace))(nextMs));
    const isProgram = (): boolean => currentRole() === program;
    const engine = new Engine<T>({ ...settings, isProgram, pace: watched }, (outcome) => {
      tracer?.stop();
      signal?.removeEventListener('abort', onAbort);
      current = undefined;
      if (engine.mayGoOn) expectStragglers();
      setActiveSimulation(undefined);
      try {
        restore();
        resolve(resultOf(outcome, engine));
      } catch (error) {
        reject(error);
      }
    });
    const onAbort = (): void => {
      engine.cancelRun(signal?.reason);
    };
    const active: ActiveSimulation = {
      engine,
      startMs,
      mathRandom: createRandom(seed, 'global', 'Math.random'),
      cryptoRandom: createRandom(seed, 'global', 'crypto'),
    };
    const program: Role = { kind: 'program', simulation: active };
    const held: Role = { kind: 'held', simulation: active };
    const watching: Role = { kind: 'watching', simulation: active };
    const restore = install({
      startMs,
      timeZone: settings.timeZone,
      onUnhandledRejection: (reason) => {
        engine.unhandledRejection(reason);
      },
      onUncaughtError: (error) => {
        engine.uncaughtError(error);
      },
    });
    setActiveSimulation(active);
    signal?.addEventListener('abort', onAbort, { once: true });
    own.supersede = () => {
      engine.supersede();
    };
    const simulation = createSimulation(settings, engine, held);
    current = simulation;
    tracer?.start();
    inRole(program, () => {
      engine.run(() => body(simulation));
    });
  });
}

function resultOf<T>(outcome: Outcome<T>, engine: Engine<T>): SimulationResult<T> {
  if (outcome.type === 'error') throw outcome.error;
  return {
    value: outcome.value,
    virtualMs: engine.elapsedMs,
    timersFired: engine.timersFired,
    timersLeft: engine.timersLeft,
    turns: engine.turns,
  };
}

function createSimulation<T>(
  { seed, startMs }: Settings,
  engine: Engine<T>,
  held: Role,
): Simulation {
  const streams = new Map<string, Random>();
  return {
    seed,
    startMs,
    elapsedMs: () => engine.elapsedMs,
    random(name) {
      let stream = streams.get(name);
      if (stream === undefined) {
        stream = createRandom(seed, 'named', name);
        streams.set(name, stream);
      }
      return stream;
    },
    blockEventLoop: (ms) => {
      engine.block(ms);
    },
    hold: (work) => engine.hold(() => inRole(held, work)),
    real: {
      setTimeout: real.setTimeout,
      clearTimeout: real.clearTimeout,
      setImmediate: real.setImmediate,
      now: real.performanceNow,
    },
  };
}

interface Settings extends Omit<EngineOptions, 'isProgram'> {
  readonly seed: number;
  readonly startMs: number;
  readonly timeZone: string;
  readonly signal: AbortSignal | undefined;
}

function resolveOptions(options: SimulateOptions): Settings {
  const { seed, start, timeZone = 'UTC', maxVirtualMs = Infinity, signal } = options;
  checkSeed(seed);
  const startMs = new Date(start).getTime();
  if (Number.isNaN(startMs)) {
    throw new RangeError(`start must be a valid date, got ${String(start)}`);
  }
  checkTimeZone(timeZone);
  if (!(maxVirtualMs > 0)) {
    throw new RangeError(`maxVirtualMs must be a number above 0, got ${maxVirtualMs}`);
  }
  return {
    seed,
    startMs,
    timeZone,
    maxVirtualMs,
    signal,
    pace: options.pace,
    onUnhandledRejection: options.onUnhandledRejection,
    onUncaughtError: options.onUncaughtError,
    ignoredIo: options.ignoredIo ?? [],
    tracer: options.traceWaits === true ? host.createWaitTracer() : undefined,
  };
}

function checkTimeZone(timeZone: string): void {
  // To make a formatter costs more than a short run.
  if (timeZone === 'UTC') return;
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch (error) {
    throw new RangeError(
      `timeZone must be a zone that IANA names, such as "Europe/Berlin", got ${timeZone}`,
      { cause: error },
    );
  }
}
