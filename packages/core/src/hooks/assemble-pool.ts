import { Admission } from './admission.ts';
import { Alarm } from './alarm.ts';
import { CoarseClock } from './coarse-clock.ts';
import { Departures } from './departures.ts';
import { GiveUp } from './give-up.ts';
import { Intake } from './intake.ts';
import { Lanes } from './lanes.ts';
import { Lifecycle } from './lifecycle.ts';
import { Lineage } from './lineage.ts';
import type { ResolvedOptions } from './options.ts';
import { Pass } from './pass.ts';
import { Places } from './places.ts';
import { Pool } from './pool.ts';
import { PoolBounds } from './pool-bounds.ts';
import { Pump } from './pump.ts';
import { Refusals } from './refusals.ts';
import { type Observers, Reporter } from './reporter.ts';
import { Sealer } from './sealer.ts';
import { Signals } from './signals.ts';
import type { Slot } from './slot.ts';
import { Strays } from './strays.ts';
import { TimeLimits } from './time-limits.ts';
import { TrackedTasks } from './tracked-tasks.ts';
import { TurnBudget } from './turn-budget.ts';
import type { WaitingEmits } from './waiting-emits.ts';

/** The parts of a pool that the hooks themselves speak to. */
export interface PoolAssembly {
  readonly size: PoolBounds;
  readonly lanes: Lanes;
  readonly pump: Pump;
  readonly signals: Signals;
  readonly strays: Strays;
  readonly tracked: TrackedTasks;
  readonly reporter: Reporter;
  readonly places: Places;
  readonly departures: Departures;
  readonly waiting: WaitingEmits | undefined;
  readonly admission: Admission;
  readonly lifecycle: Lifecycle;
}

/** Puts a pool together. Each part knows only those above it; the pass, which knows all, comes last. */
export function assemblePool(options: ResolvedOptions, observers: Observers): PoolAssembly {
  const size = new PoolBounds(options);
  const lanes = new Lanes(options);
  const clock = new CoarseClock();
  const alarm = new Alarm();
  const lineage = new Lineage();
  const signals = new Signals();
  const slots: Slot[] = [];
  const strays = new Strays(options.maxStrays);
  const limits = new TimeLimits(slots, clock);
  const tracked = new TrackedTasks(signals);
  const pump = new Pump(clock);
  const budget = new TurnBudget(clock, pump);
  const reporter = new Reporter(observers, clock, budget, lineage);
  const refusals = new Refusals(reporter, pump);
  const sealer = new Sealer(options, lineage, reporter);
  const giveUp = new GiveUp({ reporter, tracked, strays, pump });
  const departures = new Departures(lanes, tracked, giveUp, pump);
  const places = new Places(lanes, size, tracked, giveUp);
  const intake = new Intake(tracked, signals, giveUp, clock);
  const waiting = options.overload.waitIn?.(
    { lanes, pump, signals, places, intake },
    options.queueSize,
  );
  const below = {
    size,
    lanes,
    clock,
    pump,
    alarm,
    budget,
    lineage,
    signals,
    slots,
    strays,
    limits,
    tracked,
    reporter,
    refusals,
    sealer,
    giveUp,
    departures,
    places,
    intake,
    waiting,
  };
  const pool = new Pool(below);
  const admission = new Admission(options, below);
  const lifecycle = new Lifecycle({ ...below, admission });
  const assembly = { ...below, pool, admission, lifecycle };
  const pass = new Pass(assembly);
  pump.onPass(() => pass.run());
  alarm.onRing(() => pass.ring());
  return assembly;
}
