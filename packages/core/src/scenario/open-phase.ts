import { createNetwork, type IdentifiedFault } from '../services/index.ts';
import type { Simulation } from '../simulation/index.ts';
import type { PhaseContext } from './example.ts';
import { createMeter, type SampledMeter } from './meter.ts';
import { rounded, roundedValues } from './recorder.ts';
import type { RunRecord } from './record.ts';

/** How calls reach the mock services: through `fetch` and msw, or directly. */
export type Transport = 'in-process' | 'msw';

/** The first event that broke a rule. */
export interface Violation {
  readonly atMs: number;
  readonly text: string;
}

export interface OpenPhaseOptions<Settings> {
  readonly simulation: Simulation;
  readonly settings: Settings;
  readonly faults: readonly IdentifiedFault[];
  readonly transport: Transport;
  /** Id of the phase in the record. */
  readonly id: string;
  /** Added to every `atMs` of the record: where this phase starts on the run's time line. */
  readonly offsetMs: number;
  readonly write: (record: RunRecord) => void;
}

/** A phase that is under way, as its runner sees it. */
export interface OpenPhase<Settings> {
  readonly context: PhaseContext<Settings>;
  readonly meter: SampledMeter;
  /** Now, on the time line of the run. */
  readonly atMs: () => number;
  readonly firstSignals: ReadonlyMap<string, number>;
  readonly violations: ReadonlyMap<string, Violation>;
  readonly onUnhandledRejection: (reason: unknown) => void;
  readonly close: () => Promise<void>;
}

/** Opens a phase: network, measurements and everything else that an implementation is given. */
export async function openPhase<Settings>(
  options: OpenPhaseOptions<Settings>,
): Promise<OpenPhase<Settings>> {
  const { simulation, settings, faults, id, write } = options;
  const violations = new Map<string, Violation>();
  const firstSignals = new Map<string, number>();
  const elapsedMs = (): number => simulation.elapsedMs();
  const atMs = (): number => rounded(options.offsetMs + elapsedMs());
  const meter = createMeter({ elapsedMs });
  const network = await createNetwork({
    transport: options.transport,
    random: simulation.random('network'),
    faults,
    hold: (work) => simulation.hold(work),
  });

  const context: PhaseContext<Settings> = {
    settings,
    network,
    faults,
    meter,
    simulation,
    elapsedMs,
    random: (name) => simulation.random(name),
    announce({ name, severity, text, values = {} }) {
      if (!firstSignals.has(name)) firstSignals.set(name, elapsedMs());
      const signal = { name, severity, text, values: roundedValues(values) };
      write({ type: 'signal', atMs: atMs(), phase: id, ...signal });
    },
    violate(rule, text) {
      if (!violations.has(rule)) violations.set(rule, { atMs: atMs(), text });
    },
  };

  return {
    context,
    meter,
    atMs,
    firstSignals,
    violations,
    onUnhandledRejection(reason) {
      const text = reason instanceof Error ? reason.message : String(reason);
      context.violate('no-unhandled-rejection', text);
      if (meter.total('unhandledRejections') === 0) {
        context.announce({
          name: 'unhandled-rejection',
          severity: 'critical',
          text: `unhandled rejection: ${text} Node would end the process here, unless told otherwise`,
        });
      }
      meter.count('unhandledRejections');
    },
    close: async () => {
      await network.dispose();
    },
  };
}
