import { createHooks } from '../../hooks/index.ts';

export interface EmitRun {
  /** Handlers of the event. */
  readonly handlers: number;
  readonly workers: number;
  readonly queueSize: number;
  /** Emits to time, about. */
  readonly events: number;
}

/** Times of an emit in microseconds: means of {@link together} emits, which the clock can tell. */
export interface EmitTimes {
  readonly emits: number;
  /** Of them, those that found no room: they cost something, too. */
  readonly refused: number;
  readonly meanMicros: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
}

/** A clock takes as long as an emit: so many are timed at once. */
const together = 32;
/** Emits before the code is as fast as it will be. */
const warmUp = 20_000;

/**
 * Times emits of a real pool in real time, on this machine: into a queue that fills and drains again, as
 * it does under load. Handlers do nothing, so that the time is that of the emit.
 */
export async function measureEmits(run: EmitRun): Promise<EmitTimes> {
  const { handlers, workers, queueSize } = run;
  const hooks = createHooks<{ work: number }>({ workers, queueSize });
  for (let handler = 0; handler < handlers; handler += 1) {
    hooks.hook('work', async () => undefined);
  }
  const times: number[] = [];
  let refused = 0;
  const measure = async (emits: number): Promise<void> => {
    for (let done = 0; done < emits; done += together) {
      const from = performance.now();
      for (let index = 0; index < together; index += 1) {
        if (!hooks.emit('work', index).admitted) refused += 1;
      }
      times.push((1_000 * (performance.now() - from)) / together);
      await hooks.onIdle();
    }
  };
  await measure(warmUp);
  times.length = 0;
  refused = 0;
  await measure(run.events);
  const sorted = Float64Array.from(times).toSorted();
  const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return {
    emits: times.length * together,
    refused,
    meanMicros: times.reduce((sum, time) => sum + time, 0) / times.length,
    p50Micros: quantile(0.5),
    p99Micros: quantile(0.99),
    maxMicros: quantile(1),
  };
}
