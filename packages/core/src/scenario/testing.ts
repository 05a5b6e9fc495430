import { sleep } from '../resilience/index.ts';
import {
  checkFaultTargets,
  type Fault,
  frozenData,
  identifyFaults,
  type Network,
} from '../services/index.ts';
import type { WorldContext } from './context.ts';
import { type AnyExample, type DefinedExample, findImplementation } from './example.ts';
import { faultTargets } from './fault-targets.ts';
import type { Implementation } from './implementation.ts';
import { type Measured, readMeter } from './measures/index.ts';
import { type OpenWorld, openWorld, type Violation } from './open-world.ts';
import { type PoolReading } from './outside/index.ts';
import type { RunFinished, RunRecord } from './record.ts';
import { type RunOptions, runScenario } from './run.ts';
import { processNames } from './system/process-names.ts';
import { SystemHost } from './system/system-host.ts';
import type { Thrown } from './thrown.ts';
import { type TimeSource, virtualTime } from './time-source.ts';
import type { ExampleTypes } from './types.ts';

/** Which implementation a test runs, in which storm. */
export interface TestPhaseOptions<E extends ExampleTypes> {
  /** By name, or one of the test's own. */
  readonly implementation: string | Implementation<E>;
  /** Default: 1. */
  readonly seed?: number;
  /** Default: what the example's settings default to. */
  readonly settings?: Partial<E['settings']>;
  /** Default: none. */
  readonly faults?: readonly Fault[];
  /** Whose time it is. Default: virtual time. */
  readonly time?: TimeSource;
}

/** What the body of a test has at hand. */
export interface TestPhase<E extends ExampleTypes> {
  readonly context: WorldContext<E>;
  readonly truth: E['truth'];
  /** What is outside, as it was declared. */
  readonly outside: E['outside'];
  /** The system as visitors reach it. */
  readonly system: E['system'];
  /** One process of it, by its position. */
  readonly at: (index: number) => E['system'];
  /** Closes the system as a run does at its end. */
  readonly close: () => Promise<void>;
  readonly measured: Measured<E['measures']>;
  /** The system's own word. */
  readonly reported: Measured<E['reports']>;
  readonly network: Network;
  readonly pool: (name: string) => PoolReading;
  readonly violations: ReadonlyMap<string, Violation>;
  readonly thrown: () => readonly Thrown[];
  /** Waits in virtual time. */
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Puts one implementation into its world and hands both to `body`, in virtual time unless another is
 * given: for tests that drive a system by hand. What nobody handles is counted, as in a run.
 */
export async function simulateSystem<E extends ExampleTypes, T>(
  example: DefinedExample<E>,
  options: TestPhaseOptions<E>,
  body: (phase: TestPhase<E>) => Promise<T>,
): Promise<T> {
  const { seed = 1, faults: given = [], time = virtualTime } = options;
  const implementation =
    typeof options.implementation === 'string'
      ? findImplementation(example, options.implementation)
      : options.implementation;
  const settings = frozenData(example.settings.parse(options.settings ?? {}));
  const faults = identifyFaults(given);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the runner's rooms know no example
  const any = example as unknown as AnyExample;
  if (faults.length > 0) checkFaultTargets(faults, await faultTargets(any, settings));
  let onUnhandled: OpenWorld['onUnhandled'] | undefined;
  const { value } = await time(
    {
      seed,
      start: example.startsAt,
      onUnhandledRejection: (reason) => onUnhandled?.(reason, 'rejection'),
      onUncaughtError: (error) => onUnhandled?.(error, 'exception'),
    },
    async (simulation) => {
      const open = await openWorld({
        example: any,
        simulation,
        settings,
        faults,
        transport: 'in-process',
        id: implementation.name,
        offsetMs: 0,
        write: () => {},
      });
      onUnhandled = open.onUnhandled;
      const { network, pools, reported, thrown, announce } = open;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by the example itself
      const world = open.world as unknown as { outside: E['outside']; truth: E['truth'] };
      const host = new SystemHost<E>({
        implementation,
        processes: processNames(any, settings),
        settings,
        outside: world.outside,
        faults,
        network,
        pools,
        elapsedMs: open.context.elapsedMs,
        random: open.context.random,
        thrown,
        telemetry: { reports: reported, announce, addPart: () => {} },
        onProcess: () => {},
      });
      try {
        return await body({
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made for the example
          context: open.context as unknown as WorldContext<E>,
          truth: world.truth,
          outside: world.outside,
          system: host.system,
          at: (index) => host.at(index),
          close: () => host.close(),
          measured: readMeter<E['measures']>(example.measures, open.measured),
          reported: readMeter<E['reports']>(example.reports, reported),
          network,
          pool: (name) => pools.reading(name),
          violations: open.violations,
          thrown: () => thrown.list(),
          sleep,
        });
      } finally {
        host.end();
        await open.close();
      }
    },
  );
  return value;
}

/**
 * Runs a scenario, with seed 1 and default settings unless told otherwise, and keeps its records.
 * The proof of the cause and the comparison are left out unless asked for.
 */
export async function collectRun<E extends ExampleTypes>(
  example: DefinedExample<E>,
  options: Pick<RunOptions, 'scenario'> & Partial<RunOptions>,
): Promise<{ readonly records: readonly RunRecord[]; readonly finished: RunFinished }> {
  const { settings = {}, seed = 1, replay = '', next = '', proof = 'none' } = options;
  const parsed: object = example.settings.parse(settings);
  const records: RunRecord[] = [];
  const finished = await runScenario(
    example,
    { ...options, settings: parsed, seed, replay, next, proof },
    (record) => records.push(record),
  );
  return { records, finished };
}

/** Narrows records to one type: `records.filter(isOf('check'))`. */
export const isOf =
  <Type extends RunRecord['type']>(type: Type) =>
  (record: RunRecord): record is Extract<RunRecord, { type: Type }> =>
    record.type === type;
