import { createHooks, type Hooks } from '../../hooks/index.ts';
import { simulate, type Simulation } from '../../simulation/index.ts';
import { batchCount, type Estimate, ratioEstimate } from './batch-means.ts';

/** One arrival and what it brings: the service time in ms of each of its tasks. */
export interface SimulatedArrival {
  readonly atMs: number;
  readonly serviceMs: readonly number[];
}

export interface PoolRun {
  readonly workers: number;
  readonly queueSize: number;
  /** Handlers of each event: the length of every `serviceMs`. */
  readonly handlers: number;
  readonly seed: number;
  /** In order of time. Called inside the simulation, whose random streams it may use. */
  readonly arrivals: (simulation: Simulation) => Iterable<SimulatedArrival>;
  /** How many there will be. */
  readonly count: number;
  /** The first that is counted. Default a tenth of them: those before fill the empty pool. */
  readonly countsFrom?: number;
}

export interface PoolMeasurement {
  /** Events counted, after the warm-up. */
  readonly arrived: number;
  readonly dropRatio: Estimate;
  readonly meanWaitMs: Estimate;
  readonly waitP50Ms: number;
  readonly waitP95Ms: number;
  readonly waitP99Ms: number;
  readonly virtualMs: number;
}

interface Work {
  readonly index: number;
  readonly atMs: number;
  readonly serviceMs: readonly number[];
}

/** Virtual time starts here; nothing depends on it. */
const start = '2026-01-01T00:00:00Z';

/** A simulated timer is at least a microsecond long; 0 would be taken for 1 ms, as in Node. */
const shortestMs = 0.001;

/**
 * Runs the real hooks pool under virtual time with this load, and measures what it drops and how
 * long what it admits waits.
 */
export async function simulatePool(run: PoolRun): Promise<PoolMeasurement> {
  const { workers, queueSize, handlers, seed } = run;
  const { value, virtualMs } = await simulate({ seed, start }, async (simulation) => {
    const hooks = createHooks<{ work: Work }>({ workers, queueSize });
    const tally = new Tally(run.count, run.countsFrom);
    for (let handler = 0; handler < handlers; handler += 1) {
      hooks.hook('work', (work) => {
        tally.start(work.index, simulation.elapsedMs() - work.atMs);
        return pause(Math.max(shortestMs, work.serviceMs[handler] ?? 0));
      });
    }
    await emitAll(simulation, hooks, run.arrivals(simulation), tally);
    await hooks.onIdle();
    return tally;
  });
  return { ...value.measurement(), virtualMs };
}

async function emitAll(
  simulation: Simulation,
  hooks: Hooks<{ work: Work }>,
  arrivals: Iterable<SimulatedArrival>,
  tally: Tally,
): Promise<void> {
  let index = 0;
  for (const { atMs, serviceMs } of arrivals) {
    const ahead = atMs - simulation.elapsedMs();
    if (ahead > 0) await pause(ahead);
    const { admitted } = hooks.emit('work', { index, atMs: simulation.elapsedMs(), serviceMs });
    tally.arrive(index, admitted);
    index += 1;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Counts events and waits by batch, without those that find the pool still filling up. */
class Tally {
  readonly #first: number;
  readonly #perBatch: number;
  readonly #arrived = new Float64Array(batchCount);
  readonly #dropped = new Float64Array(batchCount);
  readonly #started = new Float64Array(batchCount);
  readonly #waited = new Float64Array(batchCount);
  readonly #waits: number[] = [];

  constructor(count: number, countsFrom = Math.floor(count / 10)) {
    this.#first = countsFrom;
    this.#perBatch = Math.max(1, Math.floor((count - this.#first) / batchCount));
  }

  arrive(index: number, admitted: boolean): void {
    const batch = this.#batchOf(index);
    if (batch < 0) return;
    this.#arrived[batch] = (this.#arrived[batch] ?? 0) + 1;
    if (!admitted) this.#dropped[batch] = (this.#dropped[batch] ?? 0) + 1;
  }

  start(index: number, waitMs: number): void {
    const batch = this.#batchOf(index);
    if (batch < 0) return;
    this.#started[batch] = (this.#started[batch] ?? 0) + 1;
    this.#waited[batch] = (this.#waited[batch] ?? 0) + waitMs;
    this.#waits.push(waitMs);
  }

  #batchOf(index: number): number {
    if (index < this.#first) return -1;
    return Math.min(batchCount - 1, Math.floor((index - this.#first) / this.#perBatch));
  }

  measurement(): Omit<PoolMeasurement, 'virtualMs'> {
    const waits = Float64Array.from(this.#waits).toSorted();
    const quantile = (share: number): number => waits[Math.ceil(share * waits.length) - 1] ?? 0;
    return {
      arrived: this.#arrived.reduce((sum, count) => sum + count, 0),
      dropRatio: ratioEstimate(pairs(this.#dropped, this.#arrived)),
      meanWaitMs: ratioEstimate(pairs(this.#waited, this.#started)),
      waitP50Ms: quantile(0.5),
      waitP95Ms: quantile(0.95),
      waitP99Ms: quantile(0.99),
    };
  }
}

function pairs(
  numerators: Float64Array,
  denominators: Float64Array,
): { readonly numerator: number; readonly denominator: number }[] {
  return Array.from(numerators, (numerator, index) => ({
    numerator,
    denominator: denominators[index] ?? 0,
  }));
}
