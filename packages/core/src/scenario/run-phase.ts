import { outcomeOf, sleep } from '../resilience/index.ts';
import {
  type ChannelMetrics,
  faultInfo,
  frozenData,
  type IdentifiedFault,
  type ServiceStats,
} from '../services/index.ts';
import type { Arrival } from '../workload/index.ts';
import type { WorldContext } from './context.ts';
import type { AnyExample, AnyImplementation } from './example.ts';
import type { Judged, Sampled } from './judged.ts';
import type { Second, SecondReading } from './measures/index.ts';
import { readMeter } from './measures/index.ts';
import { eachDeclaration, isService, keysOf } from './outside/index.ts';
import { openWorld, type OpenWorld, type Transport, type Violation } from './open-world.ts';
import { PartStates } from './part-states.ts';
import { rounded } from './recorder.ts';
import type { RunRecord, Sample } from './record.ts';
import { processNames } from './system/process-names.ts';
import { SystemHost } from './system/system-host.ts';
import { type TimeSource, virtualTime } from './time-source.ts';
import type { ExampleTypes } from './types.ts';
import { type TimeWindow, touches } from './time-windows.ts';
import { sampleReader, watch } from './watcher.ts';

export interface PhaseOptions {
  readonly example: AnyExample;
  readonly implementation: AnyImplementation;
  readonly settings: object;
  readonly seed: number;
  /** Id of the phase in the record. */
  readonly id: string;
  readonly durationMs: number;
  /** See {@link Storm}. Default: 0. */
  readonly epilogueMs?: number;
  readonly arrivals: (context: WorldContext<ExampleTypes>) => Iterable<Arrival>;
  readonly faults: readonly IdentifiedFault[];
  readonly story: readonly { readonly atMs: number; readonly text: string }[];
  /** Whether signals are looked for. */
  readonly isWatched: boolean;
  readonly transport: Transport;
  /** Added to every `atMs` of the record: where this phase starts on the run's time line. */
  readonly offsetMs: number;
  /** Default: nothing is recorded, and nothing that only a record shows is looked at. */
  readonly write?: ((record: RunRecord) => void) | undefined;
  /** Whose time it takes. Default: virtual time. */
  readonly time?: TimeSource | undefined;
  /** Called before virtual time moves; see `simulate`. */
  readonly pace?: ((nextElapsedMs: number) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Kinds of real I/O that belong to whoever shows the run; see `simulate`. */
  readonly ignoredIo?: readonly string[] | undefined;
  /** Whether the calls of visitors and each measurement are kept. Default: false. */
  readonly keepsHistory?: boolean | undefined;
  /** Told at the end what was reached, also of a run that was stopped early. */
  readonly onReached?: ((reached: Reached) => void) | undefined;
  /** Called when the world saw a rule broken for the first time. */
  readonly onViolation?: ((rule: string) => void) | undefined;
  /** Told once a virtual second what callers saw of services and channels so far. */
  readonly onSecond?: ((traffic: Traffic) => void) | undefined;
}

/** What callers saw of services, and what channels delivered, from the start of a phase on: gathered when it is read. */
export interface Traffic {
  /** Virtual ms since the start of the phase. */
  readonly atMs: number;
  readonly services: ReadonlyMap<string, ServiceStats>;
  readonly channels: ReadonlyMap<string, ChannelMetrics>;
  /** How often each operation was performed, by `service.operation`. */
  readonly performed: ReadonlyMap<string, number>;
}

/** What happened at all in a phase. */
export interface Reached {
  /** How often each operation was performed, by `service.operation`. */
  readonly performed: ReadonlyMap<string, number>;
  /** Calls and messages that each fault changed, by its id. */
  readonly fired: ReadonlyMap<string, number>;
  /** When each signal was announced for the first time (ms), by name. */
  readonly firstSignals: ReadonlyMap<string, number>;
}

/** A finished phase with what the run needs of it besides. */
export interface FinishedPhase {
  readonly judged: Judged<ExampleTypes>;
  /**
   * The same phase with some of its time left out; see {@link Judged.isJudged}.
   *
   * @throws RangeError when its history was not kept
   */
  readonly without: (windows: readonly TimeWindow[]) => Judged<ExampleTypes>;
  readonly virtualMs: number;
  readonly violations: ReadonlyMap<string, Violation>;
  /** Calls of visitors, in the order of their beginnings; kept only when asked for. */
  readonly calls: readonly VisitorCall[];
  /** How often each operation was performed, by `service.operation`. */
  readonly performed: ReadonlyMap<string, number>;
  /** Calls and messages that each fault changed, by its id. */
  readonly fired: ReadonlyMap<string, number>;
}

/** One call of a visitor, as it fared on the way. */
export interface VisitorCall {
  readonly startedAtMs: number;
  /** `undefined` when it never ended. */
  endedAtMs: number | undefined;
  /** Whether it ended in trouble: refused, timed out or cut off, not answered with a no. */
  isInTrouble: boolean;
}

/**
 * How long a phase may go on after its load has ended, so that what is under way can finish. Longer
 * than any retry schedule in the examples; whatever is unfinished then is reported as unanswered.
 */
const settleLimitMs = 30 * 60_000;

const sampleEveryMs = 1_000;

/** Runs one implementation through one storm, and writes what happens. */
export async function runPhase(options: PhaseOptions): Promise<FinishedPhase> {
  const {
    example,
    durationMs,
    epilogueMs = 0,
    seed,
    time = virtualTime,
    pace,
    signal,
    ignoredIo,
  } = options;
  const settings = frozenData(structuredClone(options.settings));
  const measures: ExampleTypes['measures'] = example.measures;
  let open: OpenWorld | undefined;
  try {
    const { value, virtualMs } = await time(
      {
        seed,
        start: example.startsAt,
        onUnhandledRejection: (reason) => open?.onUnhandled(reason, 'rejection'),
        onUncaughtError: (error) => open?.onUnhandled(error, 'exception'),
        ...(pace && { pace }),
        ...(signal && { signal }),
        ...(ignoredIo && { ignoredIo }),
      },
      async (simulation) => {
        open = await openWorld({ ...options, settings, simulation });
        const { context, thrown } = open;
        const { elapsedMs } = context;
        const processes = processNames(example, settings);
        const parts = new PartStates(open.world.outside, processes, open.network, open.pools);
        const calls: VisitorCall[] = [];
        const host = openSystem(options, open, settings, processes, parts, calls);
        try {
          options.write?.({ type: 'parts', phase: options.id, ...parts.describe() });
          const sampling = startSampling(options, open, host, parts);
          announceOnTime(options, open);
          const visits = await sendVisitors(options, open, host);
          if (elapsedMs() < durationMs) await sleep(durationMs - elapsedMs());

          const settled = Promise.all(visits).then(async () => {
            if (epilogueMs > 0) await sampling.pausedFor(epilogueMs);
            return host.close();
          });
          const limit = sleep(settleLimitMs + epilogueMs).then(() => 'late' as const);
          const isLate = (await Promise.race([settled, limit])) === 'late';
          // The quiet days are no part of coming to rest.
          const settledAtMs = isLate ? Infinity : elapsedMs() - epilogueMs;
          // The last, incomplete second belongs to the measurements, too.
          await sleep(sampleEveryMs - (elapsedMs() % sampleEveryMs));
          sampling.stop();
          const services = open.network.stats();
          const pools = open.pools.readings();
          const judged: Judged<ExampleTypes> = {
            settings,
            truth: open.world.truth,
            measured: readMeter(measures, open.measured),
            seconds: sampling.seconds,
            faults: options.faults,
            durationMs,
            settledAtMs,
            epilogueMs,
            unanswered: visits.size,
            firstSignals: open.firstSignals,
            services,
            pools,
            handlersLeft: open.network.handlerCount(),
            connectionsLeft: [...pools.values()].reduce((sum, { inUse }) => sum + inUse, 0),
            unhandledRejections: open.unhandledRejections.count,
            thrown: thrown.list(),
            isJudged: () => true,
          };
          const { measured: meter } = open;
          return {
            judged,
            without: (windows: readonly TimeWindow[]): Judged<ExampleTypes> => ({
              ...judged,
              measured: readMeter(
                measures,
                meter.without((sinceMs, atMs) => touches(windows, sinceMs, atMs)),
              ),
              seconds: judged.seconds.filter(
                ({ atMs }) => !touches(windows, atMs - sampleEveryMs, atMs),
              ),
              isJudged: (atMs) => !touches(windows, atMs),
            }),
            violations: open.violations,
            calls,
            performed: open.network.performed(),
            fired: open.network.faultCounts(),
          };
        } finally {
          host.end();
          await open.close();
        }
      },
    );
    return { ...value, virtualMs };
  } finally {
    if (open !== undefined) options.onReached?.(reachedIn(open));
  }
}

const reachedIn = ({ network, firstSignals }: OpenWorld): Reached => ({
  performed: network.performed(),
  fired: network.faultCounts(),
  firstSignals,
});

/** Starts the processes of the system under test. */
function openSystem(
  { implementation, faults, id, write, keepsHistory = false }: PhaseOptions,
  open: OpenWorld,
  settings: object,
  processes: readonly string[],
  parts: PartStates,
  calls: VisitorCall[],
): SystemHost<ExampleTypes> {
  const { world, network, pools, reported, thrown, announce, context } = open;
  return new SystemHost<ExampleTypes>({
    implementation,
    processes,
    settings,
    outside: world.outside,
    faults,
    network,
    pools,
    elapsedMs: context.elapsedMs,
    random: context.random,
    thrown,
    telemetry: {
      reports: reported,
      announce,
      addPart: (name, read) => parts.addOwn(name, read),
    },
    onCall: keepsHistory ? () => keepCall(calls, context.elapsedMs) : undefined,
    onProcess(process, isUp) {
      const text = isUp ? `${process} is up again, with nothing in memory` : `${process} is down`;
      write?.({ type: 'story', atMs: open.atMs(), phase: id, text });
    },
  });
}

/** Notes a call that has begun; gives back what notes its end. */
function keepCall(calls: VisitorCall[], elapsedMs: () => number): (error?: unknown) => void {
  const call: VisitorCall = { startedAtMs: elapsedMs(), endedAtMs: undefined, isInTrouble: false };
  calls.push(call);
  return (error) => {
    call.endedAtMs = elapsedMs();
    call.isInTrouble = error !== undefined && outcomeOf(error) !== undefined;
  };
}

/** Lets clients arrive, each at its time. What is left in the result has not ended yet. */
async function sendVisitors(
  { example, arrivals }: PhaseOptions,
  { context, world }: OpenWorld,
  host: SystemHost<ExampleTypes>,
): Promise<ReadonlySet<Promise<void>>> {
  const visits = new Set<Promise<void>>();
  const { truth } = world;
  const { system } = host;
  const at = (index: number): ExampleTypes['system'] => host.at(index);
  for (const arrival of arrivals(context)) {
    const waitMs = arrival.atMs - context.elapsedMs();
    if (waitMs > 0) await sleep(waitMs);
    const visit = example
      .visit({ context, truth, system, at, arrival })
      .finally(() => visits.delete(visit));
    visits.add(visit);
  }
  return visits;
}

interface Sampling {
  readonly seconds: readonly Sampled<ExampleTypes>[];
  /** Takes no samples for this long. */
  readonly pausedFor: (ms: number) => Promise<void>;
  readonly stop: () => void;
}

/** Each second: a sample for the record, the rules and the watchers. */
function startSampling(
  options: PhaseOptions,
  open: OpenWorld,
  host: SystemHost<ExampleTypes>,
  parts: PartStates,
): Sampling {
  const { example, isWatched, write, onSecond } = options;
  const { context, measured, reported, atMs, announce } = open;
  const tellTraffic = onSecond && trafficTeller(onSecond, open);
  const seconds: Sampled<ExampleTypes>[] = [];
  const toWatchers = watch<ExampleTypes>(isWatched ? example.signals : [], announce);
  const record = write && sampleWriter(options, write, atMs, host, parts);
  const { settings, elapsedMs } = context;
  const sample = (): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its measures say
    const values = measured.endSecond() as Second<ExampleTypes['measures']>;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as its reports say
    const own = reported.endSecond() as Second<ExampleTypes['reports']>;
    record?.({ ...own, ...values });
    seconds.push({ atMs: elapsedMs(), values });
    tellTraffic?.();
    toWatchers(elapsedMs(), { measured: values, reported: own, settings });
  };
  let timer = setInterval(sample, sampleEveryMs);
  const stop = (): void => clearInterval(timer);
  return {
    seconds,
    stop,
    async pausedFor(ms) {
      stop();
      await sleep(ms);
      timer = setInterval(sample, sampleEveryMs);
    },
  };
}

/** Tells whoever asked the traffic so far. */
function trafficTeller(
  onSecond: (traffic: Traffic) => void,
  { network, world, context }: OpenWorld,
): () => void {
  const channels = eachDeclaration(world.outside).flatMap((declaration) =>
    !isService(declaration) && declaration.kind === 'channel' ? [declaration] : [],
  );
  return () =>
    onSecond({
      atMs: context.elapsedMs(),
      get services() {
        return network.stats();
      },
      get channels() {
        return new Map(channels.map((channel) => [channel.name, channel.metrics()]));
      },
      get performed() {
        return network.performed();
      },
    });
}

/** Writes the charts of a second into the record, and the parts that have changed in it. */
function sampleWriter(
  { example, id }: PhaseOptions,
  write: (record: RunRecord) => void,
  atMs: () => number,
  host: SystemHost<ExampleTypes>,
  parts: PartStates,
): (second: Readonly<Record<string, number | SecondReading>>) => void {
  const measures: ExampleTypes['measures'] = example.measures;
  const reports: ExampleTypes['reports'] = example.reports;
  const drawn = sampleReader(
    [...Object.values(measures), ...Object.values(reports)].filter(
      ({ chart }) => chart !== undefined,
    ),
  );
  return (second) => {
    const shown = drawn(second, rounded);
    const changed = parts.changed(host);
    const taken: Sample = { type: 'sample', atMs: atMs(), phase: id, values: shown };
    write(changed === undefined ? taken : { ...taken, parts: changed });
  };
}

/** Faults and remarks, written when their time has come. */
function announceOnTime(
  { faults, story, id, write }: PhaseOptions,
  { network, world, atMs }: OpenWorld,
): void {
  if (write === undefined) return;
  const declarations = eachDeclaration(world.outside);
  for (const fault of faults) {
    const info = faultInfo(fault, keysOf(declarations, fault.service));
    setTimeout(() => {
      write({ type: 'fault.started', atMs: atMs(), phase: id, fault: info });
    }, fault.fromMs);
    setTimeout(() => {
      const fired = network.faultCounts().get(info.id) ?? 0;
      write({ type: 'fault.ended', atMs: atMs(), phase: id, fault: info, fired });
    }, fault.toMs);
  }
  for (const { atMs: dueMs, text } of story) {
    setTimeout(() => write({ type: 'story', atMs: atMs(), phase: id, text }), dueMs);
  }
}
