import type { PartitionComparison, PartitionNeeds, WorkClass } from '../../capacity/index.ts';
import { createHooks, type HooksOptions } from '../../hooks/index.ts';
import { simulate, type Simulation } from '../../simulation/index.ts';
import { arrivals, constantLoad } from '../../workload/index.ts';
import { batchCount, type Estimate, ratioEstimate } from './batch-means.ts';

type Kind = 'fast' | 'slow';

/** What one kind of work met. */
export interface MeasuredClass {
  readonly dropRatio: Estimate;
  readonly meanWaitMs: Estimate;
}

export interface PartitionMeasurement {
  readonly shared: Readonly<Record<Kind, MeasuredClass>>;
  readonly split: Readonly<Record<Kind, MeasuredClass>>;
  /** One pool in which fast work has a lane of its own, with the workers of the split reserved. */
  readonly lanes: Readonly<Record<Kind, MeasuredClass>>;
}

/** Runs the real pools: one for both kinds of work, two, and one with a reserved lane. */
export async function simulatePartition(
  needs: PartitionNeeds,
  split: PartitionComparison['split'],
  { seed, count }: { readonly seed: number; readonly count: number },
  onProgress?: (done: number, all: number) => void,
): Promise<PartitionMeasurement> {
  const { workers, queueSize } = needs;
  let done = 0;
  const run = async (fast: Emit, slow: Emit): Promise<Readonly<Record<Kind, MeasuredClass>>> => {
    onProgress?.(done, 3);
    const measured = await simulateKinds(needs, { fast, slow }, { seed, count });
    done += 1;
    onProgress?.(done, 3);
    return measured;
  };
  const { fastWorkers, fastQueue } = split;
  const slowSize = { workers: workers - fastWorkers, queueSize: queueSize - fastQueue };
  const both: HooksOptions<Events, Kind> = {
    workers,
    queueSize,
    lanes: [
      { name: 'fast', reservedWorkers: Math.min(fastWorkers, workers - 1) },
      { name: 'slow' },
    ],
  };
  const one = pool({ workers, queueSize });
  const withLanes = pool(both);
  return {
    shared: await run(one, one),
    split: await run(pool({ workers: fastWorkers, queueSize: fastQueue }), pool(slowSize)),
    lanes: await run(withLanes, withLanes),
  };
}

interface Work {
  readonly kind: Kind;
  readonly serviceMs: number;
  readonly onStart: () => void;
}

interface Events {
  readonly work: Work;
}

/** Makes the pool, inside the simulation, when it is first needed; then emits into it. */
type Emit = (work: Work) => boolean;

function pool(options: HooksOptions<Events, Kind>): Emit {
  let created: ReturnType<typeof createHooks<Events, Kind>> | undefined;
  return (work) => {
    if (created === undefined) {
      created = createHooks<Events, Kind>(options);
      created.hook('work', ({ serviceMs, onStart }) => {
        onStart();
        return pause(serviceMs);
      });
    }
    const { admitted } =
      options.lanes === undefined
        ? created.emit('work', work)
        : created.emit('work', work, { lane: work.kind });
    return admitted;
  };
}

async function simulateKinds(
  needs: PartitionNeeds,
  emit: Readonly<Record<Kind, Emit>>,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<Readonly<Record<Kind, MeasuredClass>>> {
  const durationMs = (count * 1_000) / (needs.fast.ratePerSecond + needs.slow.ratePerSecond);
  const { value } = await simulate({ seed, start: '2026-01-01T00:00:00Z' }, async (simulation) => {
    const send = (kind: Kind): Promise<MeasuredClass> =>
      sendKind(simulation, kind, needs[kind], emit[kind], durationMs);
    const [fast, slow] = await Promise.all([send('fast'), send('slow')]);
    return { fast, slow };
  });
  return value;
}

async function sendKind(
  simulation: Simulation,
  kind: Kind,
  work: WorkClass,
  emit: Emit,
  durationMs: number,
): Promise<MeasuredClass> {
  const batches = Array.from({ length: batchCount }, () => ({
    arrived: 0,
    dropped: 0,
    started: 0,
    waitedMs: 0,
  }));
  const service = simulation.random(`${kind} service times`);
  const random = simulation.random(`${kind} arrivals`);
  const profile = constantLoad({ ratePerSecond: work.ratePerSecond, durationMs });
  for (const { atMs } of arrivals(profile, { process: 'poisson', random })) {
    const ahead = atMs - simulation.elapsedMs();
    if (ahead > 0) await pause(ahead);
    const emittedMs = simulation.elapsedMs();
    // The first tenth fills the empty pool.
    const batch = batches[Math.floor(((atMs / durationMs - 0.1) / 0.9) * batchCount)];
    const admitted = emit({
      kind,
      serviceMs: service.exponential(work.serviceMs),
      onStart() {
        if (batch === undefined) return;
        batch.started += 1;
        batch.waitedMs += simulation.elapsedMs() - emittedMs;
      },
    });
    if (batch === undefined) continue;
    batch.arrived += 1;
    if (!admitted) batch.dropped += 1;
  }
  // Longer than anything that is still under way takes, by far.
  await pause(1_000 * work.serviceMs);
  return {
    dropRatio: ratioEstimate(
      batches.map(({ dropped, arrived }) => ({ numerator: dropped, denominator: arrived })),
    ),
    meanWaitMs: ratioEstimate(
      batches.map(({ waitedMs, started }) => ({ numerator: waitedMs, denominator: started })),
    ),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0.001, ms));
  });
}
