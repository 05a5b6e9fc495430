import {
  fixedController,
  gradientController,
  guideController,
  type LimitController,
  type PoolLimits,
} from '../../capacity/index.ts';
import { createHooks, type Hooks } from '../../hooks/index.ts';
import { simulate, type Simulation } from '../../simulation/index.ts';
import { arrivals } from '../../workload/index.ts';
import { adaptiveStorms, type AdaptiveStorm, type Dependency } from './adaptive-storms.ts';

/** How a controller did in a storm. */
export interface AdaptiveResult {
  readonly storm: string;
  readonly controller: string;
  readonly arrived: number;
  readonly dropRatio: number;
  readonly meanWaitMs: number;
  readonly waitP99Ms: number;
  /** 99th percentile of the handlers' own time: what the dependency makes of the load. */
  readonly serviceP99Ms: number;
  /** Workers provided, averaged over the run: the cost. */
  readonly meanWorkers: number;
  readonly mostWorkers: number;
  readonly lastWorkers: number;
}

/** Where all controllers start. */
const initial: PoolLimits = { workers: 5, queueSize: 10 };
const windowMs = 1_000;

const controllers: readonly (() => LimitController)[] = [
  () => fixedController(initial),
  () => guideController(initial),
  () => gradientController({ initial, minWorkers: 2, maxWorkers: 64, burstFactor: 2 }),
];

/** Every controller in every storm, on the same arrivals. */
export async function compareControllers(
  seed: number,
  onProgress?: (done: number, all: number) => void,
): Promise<AdaptiveResult[]> {
  const results: AdaptiveResult[] = [];
  for (const storm of adaptiveStorms) {
    for (const create of controllers) {
      results.push(await runStorm(storm, create(), seed));
      onProgress?.(results.length, adaptiveStorms.length * controllers.length);
    }
  }
  return results;
}

async function runStorm(
  storm: AdaptiveStorm,
  controller: LimitController,
  seed: number,
): Promise<AdaptiveResult> {
  const { value } = await simulate({ seed, start: '2026-01-01T00:00:00Z' }, async (simulation) => {
    const trial = new Trial(simulation, storm.dependency, controller);
    const timer = setInterval(() => trial.endWindow(), windowMs);
    const random = simulation.random('arrivals');
    for (const { atMs } of arrivals(storm.load, { process: 'poisson', random })) {
      const ahead = atMs - simulation.elapsedMs();
      if (ahead > 0) await pause(ahead);
      trial.send();
    }
    clearInterval(timer);
    return trial.end();
  });
  return { storm: storm.title, controller: controller.name, ...value };
}

interface Events {
  readonly work: { readonly atMs: number };
}

/** One controller on one pool, and what comes of it. */
class Trial {
  readonly #simulation: Simulation;
  readonly #controller: LimitController;
  readonly #pool: Hooks<Events>;
  readonly #waits: number[] = [];
  readonly #services: number[] = [];
  #limits: PoolLimits;
  #total = { arrived: 0, dropped: 0 };
  #window = { arrived: 0, dropped: 0, fromService: 0, inFlight: 0 };
  #workerWindows: number[] = [];

  constructor(simulation: Simulation, dependency: Dependency, controller: LimitController) {
    this.#simulation = simulation;
    this.#controller = controller;
    this.#limits = controller.limits;
    const noise = simulation.random('service times');
    let calls = 0;
    this.#pool = createHooks<Events>(this.#limits);
    this.#pool.hook('work', async ({ atMs }) => {
      const startedMs = simulation.elapsedMs();
      this.#waits.push(startedMs - atMs);
      calls += 1;
      await pause(dependency.latencyMs(startedMs, calls) * noise.exponential(1));
      calls -= 1;
      this.#services.push(simulation.elapsedMs() - startedMs);
    });
  }

  send(): void {
    const { admitted } = this.#pool.emit('work', { atMs: this.#simulation.elapsedMs() });
    this.#total.arrived += 1;
    this.#window.arrived += 1;
    this.#window.inFlight = Math.max(this.#window.inFlight, this.#inFlight());
    if (admitted) return;
    this.#total.dropped += 1;
    this.#window.dropped += 1;
  }

  #inFlight(): number {
    const { waiting, running } = this.#pool.counters();
    return waiting + running;
  }

  endWindow(): void {
    const { arrived, dropped, fromService, inFlight } = this.#window;
    const ended = this.#services.slice(fromService);
    this.#workerWindows.push(this.#limits.workers);
    const latencyMs = ended.reduce((sum, ms) => sum + ms, 0) / ended.length;
    const limits = this.#controller.observe({
      durationMs: windowMs,
      arrived,
      dropped,
      latencyMs,
      inFlight,
    });
    if (limits !== this.#limits) this.#pool.resize(limits);
    this.#limits = limits;
    this.#window = {
      arrived: 0,
      dropped: 0,
      fromService: this.#services.length,
      inFlight: this.#inFlight(),
    };
  }

  async end(): Promise<Omit<AdaptiveResult, 'storm' | 'controller'>> {
    await this.#pool.onIdle();
    const { arrived, dropped } = this.#total;
    return {
      arrived,
      dropRatio: dropped / arrived,
      meanWaitMs: mean(this.#waits),
      waitP99Ms: quantile(this.#waits, 0.99),
      serviceP99Ms: quantile(this.#services, 0.99),
      meanWorkers: mean(this.#workerWindows),
      mostWorkers: Math.max(...this.#workerWindows),
      lastWorkers: this.#limits.workers,
    };
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0.001, ms));
  });
}
