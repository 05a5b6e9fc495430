import type { Phase, PhaseContext, PhaseSample } from '@firedrill/core/scenario';
import { createNetwork, type Fault, identifyFaults } from '@firedrill/core/services';
import { createRandom, type Random } from '@firedrill/core/simulation';
import { arrivals } from '@firedrill/core/workload';
import { visitClinic } from '../clients.ts';
import { storm } from '../scenarios/storm.ts';
import type { Settings } from '../settings.ts';
import type { ClinicSystem } from '../system.ts';
import { createWorld, type World } from '../world.ts';
import { createPlainMeter } from './plain-meter.ts';

/** What a phase is made of. */
export interface RealPhaseOptions {
  readonly settings: Settings;
  readonly seed: number;
  /** How long the whole storm takes here. */
  readonly seconds: number;
  readonly create: (context: PhaseContext<Settings>, world: World) => ClinicSystem;
  /** Is told what is announced. */
  readonly onText: (text: string) => void;
}

/** The first event that broke each rule, by its name. */
export type Violations = ReadonlyMap<string, string>;

/** The storm in real time: same shape, shorter; seeded, but not the same twice. */
export async function runRealPhase({
  settings,
  seed,
  seconds,
  create,
  onText,
}: RealPhaseOptions): Promise<{
  readonly phase: Phase<Settings, World, ClinicSystem>;
  readonly violations: Violations;
}> {
  const startMs = performance.now();
  const elapsedMs = (): number => performance.now() - startMs;
  const scale = (1_000 * seconds) / storm.durationMs;
  const streams = new Map<string, Random>();
  const random = (name: string): Random => {
    const stream = streams.get(name) ?? createRandom(seed, 'named', name);
    streams.set(name, stream);
    return stream;
  };
  const faults = identifyFaults(storm.faults(settings).map((fault) => scaled(fault, scale)));
  const meter = createPlainMeter(elapsedMs);
  const violations = new Map<string, string>();
  const firstSignals = new Map<string, number>();
  const network = await createNetwork({
    transport: 'in-process',
    random: random('network'),
    faults,
  });
  const context: PhaseContext<Settings> = {
    settings,
    network,
    faults,
    meter,
    simulation: {
      seed,
      startMs: Date.now(),
      elapsedMs,
      random,
      blockEventLoop: () => {},
      hold: (work) => work(),
      real: { setTimeout, clearTimeout, setImmediate, now: () => performance.now() },
    },
    elapsedMs,
    random,
    announce({ name, text }) {
      if (!firstSignals.has(name)) firstSignals.set(name, elapsedMs());
      onText(text);
    },
    violate(rule, text) {
      if (!violations.has(rule)) violations.set(rule, text);
    },
  };

  const world = createWorld(context);
  const system = create(context, world);
  const samples: PhaseSample[] = [];
  const sampling = setInterval(() => {
    samples.push({ atMs: elapsedMs(), values: meter.sample() });
  }, 1_000);
  const visits = new Set<Promise<void>>();
  const load = arrivals(storm.load(settings), { process: 'poisson', random: random('arrivals') });
  for (const arrival of load) {
    const atMs = arrival.atMs * scale;
    const waitMs = atMs - elapsedMs();
    if (waitMs > 0) await sleep(waitMs);
    const visit = visitClinic({ context, world, system, arrival: { ...arrival, atMs } }).finally(
      () => visits.delete(visit),
    );
    visits.add(visit);
  }
  await Promise.all(visits);
  await system.close();
  clearInterval(sampling);
  samples.push({ atMs: elapsedMs(), values: meter.sample() });
  const durationMs = 1_000 * seconds;
  const found = { firstSignals, samples, unanswered: visits.size, settledAtMs: elapsedMs() };
  return { phase: { context, world, system, meter, durationMs, ...found }, violations };
}

/** The same fault on a shorter day. A share of crashes is a share of time, so there must be more of it. */
function scaled(fault: Fault, scale: number): Fault {
  const times = { fromMs: fault.fromMs * scale, toMs: fault.toMs * scale };
  if (fault.kind !== 'reset') return { ...fault, ...times };
  const { share } = fault;
  return share === undefined
    ? { ...fault, ...times }
    : { ...fault, ...times, share: Math.min(0.5, share / scale) };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
