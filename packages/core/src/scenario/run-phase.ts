import { faultInfo, type IdentifiedFault } from '../services/index.ts';
import { simulate } from '../simulation/index.ts';
import type { Arrival } from '../workload/index.ts';
import type { AnyExample, AnyImplementation, Phase, PhaseContext, PhaseSample } from './example.ts';
import { openPhase, type OpenPhase, type Transport, type Violation } from './open-phase.ts';
import { rounded } from './recorder.ts';
import type { RunRecord } from './record.ts';
import { watch, type Watcher } from './watcher.ts';

export interface PhaseOptions {
  readonly example: AnyExample;
  readonly implementation: AnyImplementation;
  readonly settings: object;
  readonly seed: number;
  /** Id of the phase in the record. */
  readonly id: string;
  readonly durationMs: number;
  readonly arrivals: (context: PhaseContext<object>) => Iterable<Arrival>;
  readonly faults: readonly IdentifiedFault[];
  readonly story: readonly { readonly atMs: number; readonly text: string }[];
  readonly watchers: readonly Watcher[];
  readonly transport: Transport;
  /** Added to every `atMs` of the record: where this phase starts on the run's time line. */
  readonly offsetMs: number;
  readonly write: (record: RunRecord) => void;
  /** Called before virtual time moves; see `simulate`. */
  readonly pace?: ((nextElapsedMs: number) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Kinds of real I/O that belong to whoever shows the run; see `simulate`. */
  readonly ignoredIo?: readonly string[] | undefined;
}

/** A finished phase with what the run needs of it besides. */
export interface FinishedPhase extends Phase<object, unknown, unknown> {
  readonly virtualMs: number;
  readonly violations: ReadonlyMap<string, Violation>;
}

/**
 * How long a phase may go on after its load has ended, so that what is under way can finish. Longer
 * than any retry schedule in the examples; whatever is unfinished then is reported as unanswered.
 */
const settleLimitMs = 30 * 60_000;

const sampleEveryMs = 1_000;

/** Runs one implementation through one storm in virtual time, and writes what happens. */
export async function runPhase(options: PhaseOptions): Promise<FinishedPhase> {
  const { example, implementation, durationMs, seed, pace, signal, ignoredIo } = options;
  let open: OpenPhase<object> | undefined;
  const { value, virtualMs } = await simulate(
    {
      seed,
      start: example.startsAt,
      onUnhandledRejection: (reason) => open?.onUnhandledRejection(reason),
      ...(pace && { pace }),
      ...(signal && { signal }),
      ...(ignoredIo && { ignoredIo }),
    },
    async (simulation) => {
      open = await openPhase({ ...options, simulation });
      const { context, meter, firstSignals, violations } = open;
      try {
        const world: unknown = example.createWorld(context);
        const system = implementation.create(context, world);
        const { samples, stop } = startSampling(options, open);
        announceOnTime(options, open);
        const visits = await sendVisitors(options, context, world, system);
        if (context.elapsedMs() < durationMs) await sleep(durationMs - context.elapsedMs());

        const settled = Promise.all(visits).then(() => system.close());
        const limit = sleep(settleLimitMs).then(() => 'late' as const);
        const isLate = (await Promise.race([settled, limit])) === 'late';
        const settledAtMs = isLate ? Infinity : context.elapsedMs();
        // The last, incomplete second belongs to the measurements, too.
        await sleep(sampleEveryMs - (context.elapsedMs() % sampleEveryMs));
        stop();
        const unanswered = visits.size;
        const found = { samples, firstSignals, violations, settledAtMs, unanswered };
        return { context, world, system, meter, ...found };
      } finally {
        await open.close();
      }
    },
  );
  return { ...value, durationMs, virtualMs };
}

/** Lets clients arrive, each at its time. What is left in the result has not ended yet. */
async function sendVisitors(
  { example, arrivals }: PhaseOptions,
  context: PhaseContext<object>,
  world: unknown,
  system: unknown,
): Promise<ReadonlySet<Promise<void>>> {
  const visits = new Set<Promise<void>>();
  for (const arrival of arrivals(context)) {
    const waitMs = arrival.atMs - context.elapsedMs();
    if (waitMs > 0) await sleep(waitMs);
    const visit = example
      .visit({ context, world, system, arrival })
      .finally(() => visits.delete(visit));
    visits.add(visit);
  }
  return visits;
}

/** Each second: a sample for the record and for the watchers. */
function startSampling(
  { example, id, watchers, write }: PhaseOptions,
  { context, meter, atMs }: OpenPhase<object>,
): { readonly samples: readonly PhaseSample[]; readonly stop: () => void } {
  const samples: PhaseSample[] = [];
  const toWatchers = watch(watchers, context.announce);
  const timer = setInterval(() => {
    const values = meter.sample();
    const shown: Record<string, number> = {};
    for (const { name, unit } of example.series) {
      // A second without a payment has no latency; everything else was nothing.
      const value = values[name] ?? (unit === 'ms' ? undefined : 0);
      if (value !== undefined) shown[name] = rounded(value);
    }
    write({ type: 'sample', atMs: atMs(), phase: id, values: shown });
    samples.push({ atMs: context.elapsedMs(), values });
    toWatchers(context.elapsedMs(), values);
  }, sampleEveryMs);
  return { samples, stop: () => clearInterval(timer) };
}

/** Faults and remarks, written when their time has come. */
function announceOnTime(
  { faults, story, id, write }: PhaseOptions,
  { context, atMs }: OpenPhase<object>,
): void {
  for (const fault of faults) {
    const info = faultInfo(fault);
    setTimeout(() => {
      write({ type: 'fault.started', atMs: atMs(), phase: id, fault: info });
    }, fault.fromMs);
    setTimeout(() => {
      const fired = context.network.faultCounts().get(info.id) ?? 0;
      write({ type: 'fault.ended', atMs: atMs(), phase: id, fault: info, fired });
    }, fault.toMs);
  }
  for (const { atMs: dueMs, text } of story) {
    setTimeout(() => write({ type: 'story', atMs: atMs(), phase: id, text }), dueMs);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
