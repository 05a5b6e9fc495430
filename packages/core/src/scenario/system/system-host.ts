import type { IdentifiedFault, Network } from '../../services/index.ts';
import type { Random } from '../../simulation/index.ts';
import type { ProcessInfo, SystemContext } from '../context.ts';
import type { Implementation } from '../implementation.ts';
import { connectOutside, type Pools, ProcessLink } from '../outside/index.ts';
import type { ExampleTypes } from '../types.ts';
import { ProcessDownError } from './errors.ts';
import { front } from './front.ts';
import { createTelemetry, type TelemetryOptions } from './telemetry.ts';
import type { ThrownLog } from './thrown-log.ts';

export interface SystemHostOptions<E extends ExampleTypes> {
  readonly implementation: Implementation<E>;
  /** Names of the processes, in their order. */
  readonly processes: readonly string[];
  readonly settings: E['settings'];
  readonly outside: E['outside'];
  readonly faults: readonly IdentifiedFault[];
  readonly network: Network;
  readonly pools: Pools;
  readonly elapsedMs: () => number;
  readonly random: (name: string) => Random;
  readonly thrown: ThrownLog;
  readonly telemetry: Pick<TelemetryOptions, 'reports' | 'announce' | 'addPart'>;
  /** Hears of each call of a visitor. */
  readonly onCall?: (() => (error?: unknown) => void) | undefined;
  /** A process went down or came up. */
  readonly onProcess: (process: string, isUp: boolean) => void;
}

interface Process<E extends ExampleTypes> {
  readonly name: string;
  readonly index: number;
  starts: number;
  /** Crashes that have begun and not ended. */
  crashes: number;
  /** Waits for its next start. */
  waiters: (() => void)[];
  current:
    | { readonly link: ProcessLink; readonly system: E['system']; readonly fronted: E['system'] }
    | undefined;
}

/**
 * The processes of one system: starts them, lets them crash when a fault says so, and starts them
 * anew, with nothing in memory. All that a process holds of the world goes through its link, which a
 * crash cuts.
 */
export class SystemHost<E extends ExampleTypes> {
  readonly #options: SystemHostOptions<E>;
  readonly #processes: readonly Process<E>[];
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  /** Takes back each crash that waits for an operation. */
  readonly #armed = new Set<() => void>();
  #next = 0;

  constructor(options: SystemHostOptions<E>) {
    this.#options = options;
    this.#processes = options.processes.map((name, index) => ({
      name,
      index,
      starts: 0,
      crashes: 0,
      waiters: [],
      current: undefined,
    }));
    for (const process of this.#processes) this.#start(process);
    for (const fault of options.faults) {
      if (fault.kind === 'crash') this.#schedule(fault, fault.after);
      if (fault.kind === 'clock')
        this.#at(fault.fromMs, () => options.network.faultFired(fault.id));
    }
  }

  /** The system as visitors reach it: each call goes to the next process that is up. */
  readonly system: E['system'] = this.#balanced();

  /** One process as visitors reach it. @throws RangeError when there is none of that position. */
  at(index: number): E['system'] {
    const process = this.#processes[index];
    if (process === undefined) {
      throw new RangeError(
        `There is no process ${index}: the system has ${this.#processes.length}.`,
      );
    }
    return this.#reaching(() => process);
  }

  /** Whether the process of that name is up. */
  isUp(name: string): boolean {
    return this.#processes.some(
      (process) => process.name === name && process.current !== undefined,
    );
  }

  /**
   * Closes every process. One that is down, or crashes meanwhile, is closed when it has come back: what
   * it has promised is taken up then. One that could not be made has nothing to finish.
   */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => this.#close(process)));
  }

  async #close(process: Process<E>): Promise<void> {
    for (;;) {
      if (process.crashes > 0) await new Promise<void>((resolve) => process.waiters.push(resolve));
      const { current } = process;
      if (current === undefined) return;
      const { promise: gone, resolve } = Promise.withResolvers<void>();
      const forget = current.link.onceCut(resolve);
      try {
        await Promise.race([current.system.close(), gone]);
      } catch (error) {
        this.#options.thrown.note(error, 'answer');
      } finally {
        forget();
      }
      // It is still the same one: it was closed, or the run has ended.
      if (process.current === current) return;
    }
  }

  /** Ends whatever still runs: no crash comes any more. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const forget of this.#armed) forget();
    for (const { current } of this.#processes) current?.link.cut();
  }

  #schedule(fault: IdentifiedFault, after: string | undefined): void {
    const { network, onProcess } = this.#options;
    const process = this.#processes.find(({ name }) => name === fault.service);
    if (process === undefined) return;
    let isDown = false;
    let disarm: (() => void) | undefined;
    const crash = (): void => {
      isDown = true;
      network.faultFired(fault.id);
      process.crashes += 1;
      if (process.current === undefined) return;
      process.current.link.cut();
      process.current = undefined;
      onProcess(process.name, false);
    };
    this.#at(fault.fromMs, () => {
      if (after === undefined) crash();
      else {
        disarm = network.onceDone(after, crash);
        this.#armed.add(disarm);
      }
    });
    this.#at(fault.toMs, () => {
      if (disarm !== undefined) {
        disarm();
        this.#armed.delete(disarm);
      }
      if (!isDown) return;
      process.crashes -= 1;
      if (process.crashes > 0) return;
      this.#start(process);
      onProcess(process.name, true);
      for (const resolve of process.waiters.splice(0)) resolve();
    });
  }

  #at(atMs: number, what: () => void): void {
    this.#timers.push(setTimeout(what, atMs - this.#options.elapsedMs()));
  }

  #start(process: Process<E>): void {
    const { implementation, thrown } = this.#options;
    process.starts += 1;
    const link = new ProcessLink(process.name);
    const info: ProcessInfo = Object.freeze({
      name: process.name,
      index: process.index,
      count: this.#processes.length,
      start: process.starts,
    });
    const onThrown = (error: unknown): void => thrown.note(error, 'answer');
    let system: E['system'];
    try {
      system = mustBeSystem(implementation.create(this.#context(info, link)));
    } catch (error) {
      // It stays down: who calls it is refused, and the error is shown with its place.
      onThrown(error);
      link.cut();
      return;
    }
    process.current = {
      link,
      system,
      fronted: front(system, {
        process: process.name,
        link,
        onThrown,
        onCall: this.#options.onCall,
      }),
    };
  }

  #context(process: ProcessInfo, link: ProcessLink): SystemContext<E> {
    const { settings, elapsedMs, random, network, pools, outside, telemetry, thrown } =
      this.#options;
    const skews = this.#options.faults.filter(
      (fault) => fault.kind === 'clock' && fault.service === process.name,
    );
    return Object.freeze<SystemContext<E>>({
      settings,
      clock: Object.freeze({
        elapsedMs,
        now: () => Math.trunc(Date.now() + skewAt(skews, elapsedMs())),
      }),
      random: (name) => random(`system ${process.name} ${name}`),
      outside: connectOutside<E['outside']>(outside, { network, pools, process, link }),
      process,
      telemetry: createTelemetry({ link, thrown, ...telemetry }),
    });
  }

  #balanced(): E['system'] {
    return this.#reaching(() => {
      for (let tried = 0; tried < this.#processes.length; tried += 1) {
        const process = this.#processes[this.#next % this.#processes.length];
        this.#next += 1;
        if (process?.current !== undefined) return process;
      }
      return this.#processes[0];
    });
  }

  /** A system whose every call goes to the process that is chosen for it. */
  #reaching(choose: () => Process<E> | undefined): E['system'] {
    const methods = new Map<string, (...args: readonly unknown[]) => unknown>();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every property comes from the process
    return new Proxy(
      {},
      {
        get: (_target, name) => {
          if (typeof name === 'symbol' || name === 'then') return undefined;
          const known = methods.get(name);
          if (known !== undefined) return known;
          const method = (...args: readonly unknown[]): unknown => {
            const process = choose();
            const current = process?.current;
            if (current === undefined) {
              return Promise.reject(new ProcessDownError(process?.name ?? 'the system'));
            }
            const called: unknown = Reflect.get(current.fronted, name);
            if (typeof called !== 'function') {
              throw new TypeError(`The system has no method "${name}".`);
            }
            return Reflect.apply(called, current.fronted, args) as unknown;
          };
          methods.set(name, method);
          return method;
        },
      },
    ) as E['system'];
  }
}

/** @throws TypeError when `create` forgot to return it, or is async, whatever the types say. */
function mustBeSystem<S extends object>(made: S): S {
  const given: unknown = made;
  const isObject = typeof given === 'object' && given !== null;
  if (isObject && !('then' in given)) return made;
  const what = isObject ? 'a promise' : given === null ? 'null' : typeof given;
  throw new TypeError(
    `"create" gives ${what}: let it return the system, an object with its methods.`,
  );
}

/** How far a clock is off at a moment, in ms. */
function skewAt(skews: readonly IdentifiedFault[], elapsedMs: number): number {
  let skewMs = 0;
  for (const fault of skews) {
    if (fault.kind !== 'clock' || elapsedMs < fault.fromMs || elapsedMs >= fault.toMs) continue;
    skewMs += fault.byMs;
  }
  return skewMs;
}
