import { createNetwork, type IdentifiedFault, type Network } from '../services/index.ts';
import type { Simulation } from '../simulation/index.ts';
import type { WorldContext } from './context.ts';
import type { AnyExample, World } from './example.ts';
import { type Meter, MeterState } from './measures/index.ts';
import { ProcessGoneError, isService, eachDeclaration, openWay, Pools } from './outside/index.ts';
import { rounded, roundedValues } from './recorder.ts';
import type { RunRecord } from './record.ts';
import { placeOf } from './system/place-of.ts';
import { ThrownLog } from './system/thrown-log.ts';
import type { ExampleTypes } from './types.ts';
import type { Announcement } from './watcher.ts';
import { suggest } from '../services/index.ts';

/** How calls reach the mock services: through `fetch` and msw, or directly. */
export type Transport = 'in-process' | 'msw';

/** The first event that broke a rule. */
export interface Violation {
  readonly atMs: number;
  readonly text: string;
}

export interface OpenWorldOptions {
  readonly example: AnyExample;
  readonly simulation: Simulation;
  readonly settings: object;
  readonly faults: readonly IdentifiedFault[];
  readonly transport: Transport;
  /** Id of the phase in the record. */
  readonly id: string;
  /** Added to every `atMs` of the record: where this phase starts on the run's time line. */
  readonly offsetMs: number;
  readonly write?: ((record: RunRecord) => void) | undefined;
  /** Called when the world saw a rule broken for the first time. */
  readonly onViolation?: ((rule: string) => void) | undefined;
  /** Whether each measurement is kept. Default: false. */
  readonly keepsHistory?: boolean | undefined;
}

/** The world of one phase, as its runner sees it. */
export interface OpenWorld {
  readonly context: WorldContext<ExampleTypes>;
  readonly world: World<ExampleTypes>;
  readonly network: Network;
  readonly pools: Pools;
  /** What the world measures, and what a system says of itself. */
  readonly measured: MeterState;
  readonly reported: MeterState;
  readonly thrown: ThrownLog;
  /** Now, on the time line of the run. */
  readonly atMs: () => number;
  readonly announce: (announcement: Announcement) => void;
  readonly firstSignals: ReadonlyMap<string, number>;
  readonly violations: ReadonlyMap<string, Violation>;
  readonly unhandledRejections: { count: number };
  /** A rejection without a handler, or what a callback threw. */
  readonly onUnhandled: (reason: unknown, what: 'rejection' | 'exception') => void;
  readonly close: () => Promise<void>;
}

/** Opens a world: network, services and their truth, and everything that is measured of them. */
export async function openWorld(options: OpenWorldOptions): Promise<OpenWorld> {
  const { example, simulation, settings, faults, id, write } = options;
  const violations = new Map<string, Violation>();
  const firstSignals = new Map<string, number>();
  const unhandledRejections = { count: 0 };
  const elapsedMs = (): number => simulation.elapsedMs();
  const atMs = (): number => rounded(options.offsetMs + elapsedMs());
  const measured = new MeterState(example.measures, elapsedMs, options.keepsHistory);
  const reported = new MeterState(example.reports, elapsedMs);
  const thrown = new ThrownLog(elapsedMs);
  const pools = new Pools(elapsedMs, placeOf);
  const network = await createNetwork({
    transport: options.transport,
    random: simulation.random('network'),
    faults,
    hold: (work) => simulation.hold(work),
  });
  const announce = ({ name, severity, text, values = {} }: Announcement): void => {
    if (!firstSignals.has(name)) firstSignals.set(name, elapsedMs());
    write?.({
      type: 'signal',
      atMs: atMs(),
      phase: id,
      name,
      severity,
      text,
      values: roundedValues(values),
    });
  };
  const meter: Meter = {
    count: (measure, by, sinceMs) => measured.count(measure, by, sinceMs),
    gauge: (measure, read) => measured.gauge(measure, read),
    record: (measure, value) => measured.record(measure, value),
  };
  const violate = (rule: string, text: string): void => {
    if (!(rule in example.rules)) {
      throw new RangeError(
        `Failed to note a violation: there is no rule "${rule}". ${suggest(rule, Object.keys(example.rules))}`,
      );
    }
    if (violations.has(rule)) return;
    violations.set(rule, { atMs: atMs(), text });
    options.onViolation?.(rule);
  };
  const context: WorldContext<ExampleTypes> = Object.freeze({
    settings,
    elapsedMs,
    random: (name: string) => simulation.random(name),
    meter,
    faults,
    network: {
      stats: () => network.stats(),
      faultCounts: () => network.faultCounts(),
      isAffected: (faultId: string, key: string) => network.isAffected(faultId, key),
      handlerCount: () => network.handlerCount(),
    },
    unhandledRejections: () => unhandledRejections.count,
    pool: (name: string) => pools.reading(name),
    violate,
    announce,
    blockEventLoop: (ms: number) => simulation.blockEventLoop(ms),
  });

  const world = example.createServices(context);
  // A service answers from the start on, whether or not a process has called it yet.
  for (const declaration of eachDeclaration(world.outside)) {
    if (isService(declaration)) network.connect(declaration);
    else if (declaration.kind === 'channel') network.inbox(declaration);
    else if (declaration.kind === 'port') openWay(declaration, network);
  }

  return {
    context,
    world,
    network,
    pools,
    measured,
    reported,
    thrown,
    atMs,
    announce,
    firstSignals,
    violations,
    unhandledRejections,
    onUnhandled(reason, what) {
      // The code of a process that has crashed: it is not there any more.
      if (reason instanceof ProcessGoneError) return;
      const text = reason instanceof Error ? reason.message : String(reason);
      if ('no-unhandled-rejection' in example.rules) violate('no-unhandled-rejection', text);
      thrown.note(reason, 'unhandled');
      if (unhandledRejections.count === 0) {
        announce({
          name: `unhandled-${what}`,
          severity: 'critical',
          text: `unhandled ${what}: ${text} Node would end the process here, unless told otherwise`,
        });
      }
      unhandledRejections.count += 1;
    },
    close: () => network.dispose(),
  };
}
