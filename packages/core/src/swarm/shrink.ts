import type { AnyExample, AnyImplementation } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { canHaveShare, faultProblem } from '../services/index.ts';
import type { Breakage, StormResult } from './run-seed.ts';
import { runSeed } from './run-seed.ts';
import type { SwarmStorm } from './swarm-storm.ts';

/** Whose storm is made smaller, and for how many runs at most. */
export interface ShrinkOptions {
  readonly example: AnyExample;
  /** By name, or one that the example does not know. Default: the repaired one. */
  readonly implementation?: string | AnyImplementation | undefined;
  /** Runs at the most. Default: 120. */
  readonly maxRuns?: number;
  /** Told of each smaller storm that breaks the same rule. */
  readonly onSmaller?: (storm: SwarmStorm, runs: number) => void;
  /** Whether to stop now, with the smallest storm so far. */
  readonly isOver?: () => boolean;
}

/** The smallest storm that was found to break the same rule, and what it took. */
export interface Shrunk {
  readonly storm: SwarmStorm;
  readonly breakage: Breakage;
  readonly runs: number;
}

type StormFault = SwarmStorm['faults'][number];

/**
 * Makes a failing storm smaller while the same rule stays broken: fewer faults (delta debugging,
 * Zeller and Hildebrandt 2002), then no settings but those of every storm, a plainer and shorter load, shorter and weaker
 * faults. Each fault keeps its id, and with it its draws.
 *
 * @throws RangeError for a storm that broke nothing
 */
export async function shrink(failed: StormResult, options: ShrinkOptions): Promise<Shrunk> {
  const { example, implementation, maxRuns = 120, onSmaller, isOver = () => false } = options;
  if (failed.breakage === undefined)
    throw new RangeError('Failed to shrink a storm that breaks nothing.');
  let { storm, breakage } = { storm: failed.storm, breakage: failed.breakage };
  let runs = 0;

  /** Keeps a smaller storm if it breaks the same rule. */
  async function keeps(smaller: SwarmStorm): Promise<boolean> {
    if (runs >= maxRuns || isOver()) return false;
    runs += 1;
    const result = await runSeed(example, smaller, implementation);
    const found = result.breakage;
    if (found?.rule !== breakage.rule) return false;
    storm = smaller;
    breakage = found;
    onSmaller?.(smaller, runs);
    return true;
  }

  await fewerFaults();
  await fewerSettings();
  await plainerLoad();
  for (const { id } of storm.faults) await weaker(id);
  await shorterLoad();
  return { storm, breakage, runs };

  /** Without any; or delta debugging: without halves, quarters and so on, down to single faults. */
  async function fewerFaults(): Promise<void> {
    if (storm.faults.length > 0 && (await keeps({ ...storm, faults: [] }))) return;
    for (let size = Math.ceil(storm.faults.length / 2); size >= 1;) {
      let isSmaller = false;
      for (let from = 0; from < storm.faults.length && storm.faults.length > 1;) {
        const rest = storm.faults.filter((_, at) => at < from || at >= from + size);
        if (rest.length > 0 && (await keeps({ ...storm, faults: rest }))) isSmaller = true;
        else from += size;
      }
      if (size === 1 && !isSmaller) return;
      size = size === 1 ? 1 : Math.floor(size / 2);
    }
  }

  /** Those of every storm alone; or without one after the other, but for what brings what is struck. */
  async function fewerSettings(): Promise<void> {
    const { small = {} } = example.swarm ?? {};
    const drawn = Object.keys(storm.settings).filter(
      (name) => storm.settings[name] !== small[name],
    );
    if (drawn.length === 0 || (await keepsWith(small))) return;
    if (drawn.length === 1) return;
    for (const name of drawn) {
      const { [name]: _usual, ...rest } = storm.settings;
      await keepsWith({ ...rest, ...(name in small && { [name]: small[name] }) });
    }
  }

  async function keepsWith(settings: SwarmStorm['settings']): Promise<boolean> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the settings of any example
    const targets = await faultTargets(example, example.settings.parse(settings) as object);
    const isStruck = storm.faults.every((fault) => faultProblem(fault, targets) === undefined);
    return isStruck && (await keeps({ ...storm, settings }));
  }

  async function plainerLoad(): Promise<void> {
    const { load } = storm;
    if (load.shape === 'spike')
      await keeps({ ...storm, load: { ...load, shape: 'constant', factor: 1 } });
    for (const factor of [0.1, 0.25, 0.5]) {
      if (factor >= storm.load.factor) return;
      if (await keeps({ ...storm, load: { ...storm.load, factor } })) return;
    }
  }

  /** A shorter run: the end is cut off as long as the faults fit. */
  async function shorterLoad(): Promise<void> {
    const isLate = ({ fromMs }: StormFault): boolean => fromMs >= storm.load.durationMs;
    // What strikes quiet days does so at their hour, however long the load was.
    const early = storm.faults.filter((fault) => !isLate(fault));
    const lastMs = Math.max(0, ...early.map(({ toMs }) => toMs));
    for (const durationMs of [lastMs + 1_000, lastMs + 60_000, lastMs + 150_000]) {
      if (durationMs >= storm.load.durationMs) return;
      if (await keeps({ ...storm, load: { ...storm.load, durationMs } })) return;
    }
  }

  async function weaker(id: string): Promise<void> {
    const change = async (how: (fault: StormFault) => StormFault | undefined): Promise<boolean> => {
      const fault = storm.faults.find((each) => each.id === id);
      const changed = fault && how(fault);
      if (changed === undefined) return false;
      const faults = storm.faults.map((each) => (each.id === id ? changed : each));
      return keeps({ ...storm, faults });
    };
    await change(withoutOptions);
    // Halves of the window, from either end, until neither half alone does it.
    for (let isShorter = true; isShorter;) {
      isShorter = (await change(firstHalf)) || (await change(secondHalf));
    }
    for (const share of [0.05, 0.2, 0.5]) {
      if (await change((fault) => withShare(fault, share))) return;
    }
  }
}

/** Strikes all calls of all operations, or at its time: a plainer fault, if not a smaller one. */
function withoutOptions(fault: StormFault): StormFault | undefined {
  if (fault.kind === 'crash' && fault.after !== undefined) {
    const { after: _after, ...plain } = fault;
    return plain;
  }
  if (fault.of === undefined && fault.operation === undefined) return undefined;
  const { of: _of, operation: _operation, share: _share, ...rest } = fault;
  return rest;
}

/** A smaller share, where there can be one. */
function withShare(fault: StormFault, share: number): StormFault | undefined {
  return canHaveShare(fault.kind) && share < (fault.share ?? 1) ? { ...fault, share } : undefined;
}

/** Nothing is shorter than this, in ms. */
const shortestMs = 500;

const firstHalf = (fault: StormFault): StormFault | undefined => {
  const toMs = roundedMs((fault.fromMs + fault.toMs) / 2);
  return toMs - fault.fromMs < shortestMs || toMs >= fault.toMs ? undefined : { ...fault, toMs };
};

const secondHalf = (fault: StormFault): StormFault | undefined => {
  const fromMs = roundedMs((fault.fromMs + fault.toMs) / 2);
  return fault.toMs - fromMs < shortestMs || fromMs <= fault.fromMs
    ? undefined
    : { ...fault, fromMs };
};

const roundedMs = (ms: number): number => Math.round(ms / shortestMs) * shortestMs;
