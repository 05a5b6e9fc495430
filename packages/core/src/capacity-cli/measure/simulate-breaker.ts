import { createHooks } from '../../hooks/index.ts';
import {
  BreakerOpenError,
  createBreakers,
  createTimeout,
  sleep,
  wrap,
} from '../../resilience/index.ts';
import { simulate, type Simulation } from '../../simulation/index.ts';
import { arrivals, constantLoad } from '../../workload/index.ts';

/** How the API fails: calls hang until it is back, fail after their usual time, or take ten times as long. */
export const apiFailures = ['hang', 'error', 'slow'] as const;
export type ApiFailure = (typeof apiFailures)[number];

/** What stands between the handlers and the API. */
export const protections = ['nothing', 'time limit', 'time limit and breaker'] as const;
export type Protection = (typeof protections)[number];

/** When an event arrived, as seen from the failure. */
export const failurePhases = ['before', 'during', 'after'] as const;
export type FailurePhase = (typeof failurePhases)[number];

export interface BreakerStorm {
  readonly ratePerSecond: number;
  /** Mean time of a call when all is well, in ms; exponential. */
  readonly callMs: number;
  readonly workers: number;
  readonly queueSize: number;
  readonly timeoutMs: number;
  /**
   * Share of failed calls of the last ten seconds at which the breaker opens, of at least 20, or of as
   * many as there are workers: when all calls hang, no more of them end within a limit.
   */
  readonly failureThreshold: number;
  /** Share of failed probes up to which it closes again. */
  readonly recoveryThreshold: number;
  /** How long it stays open before it probes, in ms. */
  readonly openMs: number;
  readonly failure: ApiFailure;
  /** How long the API fails, in ms; it is well for a minute before, and for two after. */
  readonly failureMs: number;
}

/** What became of the events of a phase. */
export interface PhaseOutcome {
  readonly phase: FailurePhase;
  readonly arrived: number;
  /** Found no room in the pool. */
  readonly dropped: number;
  /** The API answered. */
  readonly served: number;
  /** The call failed, or met its limit. */
  readonly failed: number;
  /** The breaker was open: no call was made, and the caller can do something else at once. */
  readonly refused: number;
  /** Of those that started, in ms. */
  readonly meanWaitMs: number;
}

export interface BreakerResult {
  readonly protection: Protection;
  readonly phases: readonly PhaseOutcome[];
  /** Calls that reached the API while it failed. */
  readonly callsWhileFailing: number;
  /** Times that the breaker opened. */
  readonly opened: number;
  /**
   * From the end of the failure until the first second in which 95 % of what came was served, in ms;
   * undefined when there was none.
   */
  readonly recoveryMs: number | undefined;
}

const wellBeforeMs = 60_000;
const wellAfterMs = 120_000;
const probes = 20;
const api = 'api';

/** The real pool and the real breaker in front of an API that fails, with each protection. */
export async function compareProtections(
  storm: BreakerStorm,
  seed: number,
  onProgress?: (done: number, all: number) => void,
): Promise<BreakerResult[]> {
  const results: BreakerResult[] = [];
  for (const protection of protections) {
    const { value } = await simulate({ seed, start: '2026-01-01T00:00:00Z' }, (simulation) =>
      new BreakerTrial(simulation, storm, protection).run(),
    );
    results.push(value);
    onProgress?.(results.length, protections.length);
  }
  return results;
}

type Tally = { -readonly [Name in keyof Omit<PhaseOutcome, 'phase' | 'meanWaitMs'>]: number } & {
  started: number;
  waitedMs: number;
};

const emptyTally = (): Tally => ({
  arrived: 0,
  dropped: 0,
  served: 0,
  failed: 0,
  refused: 0,
  started: 0,
  waitedMs: 0,
});

class BreakerTrial {
  readonly #simulation: Simulation;
  readonly #storm: BreakerStorm;
  readonly #protection: Protection;
  readonly #tallies: Readonly<Record<FailurePhase, Tally>> = {
    before: emptyTally(),
    during: emptyTally(),
    after: emptyTally(),
  };
  #callsWhileFailing = 0;
  #opened = 0;
  /** What came in each second after the failure, and what of it was served. */
  readonly #seconds: { arrived: number; served: number }[] = Array.from(
    { length: wellAfterMs / 1_000 },
    () => ({ arrived: 0, served: 0 }),
  );

  constructor(simulation: Simulation, storm: BreakerStorm, protection: Protection) {
    this.#simulation = simulation;
    this.#storm = storm;
    this.#protection = protection;
  }

  get #failsUntilMs(): number {
    return wellBeforeMs + this.#storm.failureMs;
  }

  async run(): Promise<BreakerResult> {
    const { ratePerSecond, workers, queueSize } = this.#storm;
    const hooks = createHooks<{ work: { readonly atMs: number } }>({ workers, queueSize });
    const call = this.#protectedCall();
    hooks.hook('work', async ({ atMs }) => {
      const tally = this.#tallies[this.#phaseOf(atMs)];
      tally.started += 1;
      tally.waitedMs += this.#simulation.elapsedMs() - atMs;
      try {
        await call();
        tally.served += 1;
        const second = this.#secondOf(atMs);
        if (second !== undefined) second.served += 1;
      } catch (error) {
        if (error instanceof BreakerOpenError) tally.refused += 1;
        else tally.failed += 1;
      }
    });
    const load = constantLoad({ ratePerSecond, durationMs: this.#failsUntilMs + wellAfterMs });
    const random = this.#simulation.random('arrivals');
    for (const { atMs } of arrivals(load, { process: 'poisson', random })) {
      await sleep(atMs - this.#simulation.elapsedMs());
      const tally = this.#tallies[this.#phaseOf(atMs)];
      tally.arrived += 1;
      const second = this.#secondOf(atMs);
      if (second !== undefined) second.arrived += 1;
      if (!hooks.emit('work', { atMs }).admitted) tally.dropped += 1;
    }
    await hooks.onIdle();
    return this.#result();
  }

  #protectedCall(): () => Promise<void> {
    const { workers, timeoutMs, failureThreshold, recoveryThreshold, openMs } = this.#storm;
    if (this.#protection === 'nothing') return () => this.#callApi();
    const timeout = createTimeout({ timeoutMs });
    if (this.#protection === 'time limit') {
      return () => timeout.execute(({ signal }) => this.#callApi(signal));
    }
    const breakers = createBreakers<typeof api>({
      failureThreshold: {
        ratio: failureThreshold,
        minimumCalls: Math.min(probes, workers),
        windowMs: 10_000,
      },
      halfOpenAfterMs: openMs,
      halfOpen: {
        calls: probes,
        // A probe of an API that hangs holds a worker until its limit.
        concurrency: 1,
        failureRatio: (Math.floor(recoveryThreshold * probes) + 1) / probes,
      },
      onChange: ({ to }) => {
        if (to === 'open') this.#opened += 1;
      },
    });
    const policy = wrap(breakers.policy(api), timeout);
    return () => policy.execute(({ signal }) => this.#callApi(signal));
  }

  async #callApi(signal?: AbortSignal): Promise<void> {
    const { callMs, failure } = this.#storm;
    const now = this.#simulation.elapsedMs();
    const isFailing = now >= wellBeforeMs && now < this.#failsUntilMs;
    if (isFailing) this.#callsWhileFailing += 1;
    const usualMs = this.#simulation.random('calls').exponential(callMs);
    const slowness = isFailing && failure === 'slow' ? 10 : 1;
    const hangsMs = isFailing && failure === 'hang' ? this.#failsUntilMs - now : 0;
    await sleep(Math.max(0.001, hangsMs + slowness * usualMs), signal);
    if (isFailing && failure === 'error') throw new Error('Failed to call the API: it is down.');
  }

  #phaseOf(atMs: number): FailurePhase {
    if (atMs < wellBeforeMs) return 'before';
    return atMs < this.#failsUntilMs ? 'during' : 'after';
  }

  #secondOf(atMs: number): { arrived: number; served: number } | undefined {
    return this.#seconds[Math.floor((atMs - this.#failsUntilMs) / 1_000)];
  }

  #result(): BreakerResult {
    const recovered = this.#seconds.findIndex(
      ({ arrived, served }) => arrived > 0 && served >= 0.95 * arrived,
    );
    return {
      protection: this.#protection,
      phases: failurePhases.map((phase) => {
        const { started, waitedMs, ...counts } = this.#tallies[phase];
        return { phase, ...counts, meanWaitMs: started === 0 ? 0 : waitedMs / started };
      }),
      callsWhileFailing: this.#callsWhileFailing,
      opened: this.#opened,
      recoveryMs: recovered < 0 ? undefined : recovered * 1_000,
    };
  }
}
