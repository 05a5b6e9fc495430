import { type Fault, identifyFaults } from '../services/index.ts';
import { simulate } from '../simulation/index.ts';
import type { AnyExample, ClosableSystem, Example, PhaseContext } from './example.ts';
import { openPhase } from './open-phase.ts';
import type { RunFinished, RunRecord } from './record.ts';
import { type RunOptions, runScenario } from './run.ts';

export interface TestPhaseOptions<Settings> {
  readonly implementation: string;
  /** Default: 1. */
  readonly seed?: number;
  /** Default: what the example's settings default to. */
  readonly settings?: Partial<Settings>;
  /** Default: none. */
  readonly faults?: readonly Fault[];
}

/** What the body of a test has at hand. */
export interface TestPhase<Settings, World, System> {
  readonly context: PhaseContext<Settings>;
  readonly world: World;
  readonly system: System;
  /** Waits in virtual time. */
  readonly sleep: (ms: number) => Promise<void>;
}

/**
 * Puts one implementation into its world in virtual time and hands both to `body`: for tests that
 * drive a system by hand. An unhandled rejection is counted, as in a run.
 */
export async function simulateSystem<
  Settings extends object,
  World,
  System extends ClosableSystem,
  T,
>(
  example: Example<Settings, World, System>,
  options: TestPhaseOptions<Settings>,
  body: (phase: TestPhase<Settings, World, System>) => Promise<T>,
): Promise<T> {
  const { implementation: name, seed = 1, settings = {}, faults = [] } = options;
  const implementation = example.implementations.find((each) => each.name === name);
  if (implementation === undefined) throw new RangeError(`There is no implementation "${name}".`);
  let onRejection: ((reason: unknown) => void) | undefined;
  const { value } = await simulate(
    { seed, start: example.startsAt, onUnhandledRejection: (reason) => onRejection?.(reason) },
    async (simulation) => {
      const open = await openPhase({
        simulation,
        settings: example.settings.parse(settings),
        faults: identifyFaults(faults),
        transport: 'in-process',
        id: name,
        offsetMs: 0,
        write: () => {},
      });
      onRejection = open.onUnhandledRejection;
      try {
        const world = example.createWorld(open.context);
        const system = implementation.create(open.context, world);
        return await body({ context: open.context, world, system, sleep });
      } finally {
        await open.close();
      }
    },
  );
  return value;
}

/** Runs a scenario, with seed 1 and default settings unless told otherwise, and keeps its records. */
export async function collectRun(
  example: AnyExample,
  options: Pick<RunOptions, 'scenario'> & Partial<RunOptions>,
): Promise<{ readonly records: readonly RunRecord[]; readonly finished: RunFinished }> {
  const { settings = {}, seed = 1, replay = '', next = '' } = options;
  const parsed: object = example.settings.parse(settings);
  const records: RunRecord[] = [];
  const finished = await runScenario(
    example,
    { ...options, settings: parsed, seed, replay, next },
    (record) => records.push(record),
  );
  return { records, finished };
}

/** Narrows records to one type: `records.filter(isOf('check'))`. */
export const isOf =
  <Type extends RunRecord['type']>(type: Type) =>
  (record: RunRecord): record is Extract<RunRecord, { type: Type }> =>
    record.type === type;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
