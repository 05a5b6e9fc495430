import { createNetwork, faultInfo, type IdentifiedFault } from '../services/index.ts';
import { simulate } from '../simulation/index.ts';
import type { Arrival } from '../workload/index.ts';
import type { AnyExample, Implementation, Phase, PhaseContext, PhaseSample } from './example.ts';
import { createMeter } from './meter.ts';
import { rounded, roundedValues } from './recorder.ts';
import type { RunRecord } from './record.ts';
import { watch, type Announcement, type Watcher } from './watcher.ts';

/** How calls reach the mock services: through `fetch` and msw, or directly. */
export type Transport = 'in-process' | 'msw';

export interface PhaseOptions {
  readonly example: AnyExample;
  // oxlint-disable-next-line typescript/no-explicit-any -- the example fixes its types
  readonly implementation: Implementation<any, any, any>;
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
}

/** A finished phase with what the run needs of it besides. */
export interface FinishedPhase extends Phase<object, unknown, unknown> {
  readonly virtualMs: number;
  /** The first event that broke each rule. */
  readonly violations: ReadonlyMap<string, { readonly atMs: number; readonly text: string }>;
}

/**
 * How long a phase may go on after its load has ended, so that what is under way can finish. Longer
 * than any retry schedule in the examples; whatever is unfinished then is reported as unanswered.
 */
const settleLimitMs = 30 * 60_000;

const sampleEveryMs = 1_000;

/** Runs one implementation through one storm in virtual time, and writes what happens. */
export async function runPhase(options: PhaseOptions): Promise<FinishedPhase> {
  const { example, implementation, id, write, offsetMs, faults, durationMs } = options;
  const violations = new Map<string, { readonly atMs: number; readonly text: string }>();
  const firstSignals = new Map<string, number>();
  const samples: PhaseSample[] = [];
  let onUnhandledRejection = (_reason: unknown): void => {};

  const { value, virtualMs } = await simulate(
    {
      seed: options.seed,
      start: example.startsAt,
      onUnhandledRejection: (reason) => onUnhandledRejection(reason),
      ...(options.pace && { pace: options.pace }),
      ...(options.signal && { signal: options.signal }),
    },
    async (simulation) => {
      const elapsedMs = (): number => simulation.elapsedMs();
      const at = (): number => rounded(offsetMs + elapsedMs());
      const meter = createMeter({ elapsedMs });
      const network = await createNetwork({
        transport: options.transport,
        random: simulation.random('network'),
        faults,
        hold: simulation.hold,
      });
      const announce = ({ name, severity, text, values = {} }: Announcement): void => {
        if (!firstSignals.has(name)) firstSignals.set(name, elapsedMs());
        write({
          type: 'signal',
          atMs: at(),
          phase: id,
          name,
          severity,
          text,
          values: roundedValues(values),
        });
      };
      const context: PhaseContext<object> = {
        settings: options.settings,
        network,
        faults,
        meter,
        simulation,
        elapsedMs,
        random: simulation.random,
        announce,
        violate: (rule, text) => {
          if (!violations.has(rule)) violations.set(rule, { atMs: at(), text });
        },
      };
      onUnhandledRejection = (reason) => {
        if (meter.total('unhandledRejections') === 0) {
          announce({
            name: 'unhandled-rejection',
            severity: 'critical',
            text: `unhandled rejection: ${describe(reason)}. Node would end the process here, unless told otherwise`,
          });
        }
        meter.count('unhandledRejections');
      };

      try {
        const world: unknown = example.createWorld(context);
        const system = implementation.create(context, world);
        const toWatchers = watch(options.watchers, announce);
        const sampler = setInterval(() => {
          const values = meter.sample();
          const sample: Record<string, number> = {};
          for (const { name } of example.series) sample[name] = rounded(values[name] ?? 0);
          write({ type: 'sample', atMs: at(), phase: id, values: sample });
          samples.push({ atMs: elapsedMs(), values });
          toWatchers(elapsedMs(), values);
        }, sampleEveryMs);
        announceFaults(options, network.faultCounts, at);
        for (const { atMs, text } of options.story) {
          setTimeout(() => write({ type: 'story', atMs: at(), phase: id, text }), atMs);
        }

        let unanswered = 0;
        const visits = new Set<Promise<void>>();
        for (const arrival of options.arrivals(context)) {
          const waitMs = arrival.atMs - elapsedMs();
          if (waitMs > 0) await sleep(waitMs);
          const visit: Promise<void> = example
            .visit({ context, world, system, arrival })
            .finally(() => {
              unanswered -= 1;
              visits.delete(visit);
            });
          unanswered += 1;
          visits.add(visit);
        }
        if (elapsedMs() < durationMs) await sleep(durationMs - elapsedMs());

        const settled = Promise.all(visits).then(() => system.close());
        const limit = sleep(settleLimitMs).then(() => 'late' as const);
        const late = (await Promise.race([settled, limit])) === 'late';
        const settledAtMs = late ? Infinity : elapsedMs();
        // The last, incomplete second belongs to the measurements, too.
        await sleep(sampleEveryMs - (elapsedMs() % sampleEveryMs));
        clearInterval(sampler);
        return { context, world, system, meter, settledAtMs, unanswered };
      } finally {
        await network.dispose();
      }
    },
  );
  return { ...value, durationMs, virtualMs, samples, firstSignals, violations };
}

function announceFaults(
  { faults, write, id }: PhaseOptions,
  counts: () => ReadonlyMap<string, number>,
  at: () => number,
): void {
  for (const fault of faults) {
    const info = faultInfo(fault);
    setTimeout(() => {
      write({ type: 'fault.started', atMs: at(), phase: id, fault: info });
    }, fault.fromMs);
    setTimeout(() => {
      const fired = counts().get(info.id) ?? 0;
      write({ type: 'fault.ended', atMs: at(), phase: id, fault: info, fired });
    }, fault.toMs);
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function describe(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
