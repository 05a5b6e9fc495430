import process from 'node:process';
import {
  count,
  exitCodes,
  newCommand,
  oneOf,
  positive,
  programCommand,
  refuseWithout,
  runTool,
  seed,
  UsageError,
  valueOption,
} from '@firedrill/core/command-line';
import { formatDuration } from '@firedrill/core/scenario';
import { RedisMissingError, standardRedisUrl } from '@firedrill/core/flows/bullmq';
import { plainView } from '@firedrill/core/report';
import type { CatalogEntry } from '../catalog.ts';
import { dayEvents } from './day-events.ts';
import { flowOf } from './flow-of.ts';
import { type OwnRun, runOwnEvents, runOwnEventsOnBullmq } from './own-events.ts';
import { readEvents } from './read-events.ts';
import { InterruptedError, runOnBullmq } from './run-on-bullmq.ts';
import { stressInMemory, stressOnBullmq } from './stress.ts';
import { stressText } from './stress-text.ts';

interface Flags {
  readonly engine?: 'bullmq' | 'memory';
  readonly workers?: number;
  readonly file?: string;
  readonly seed: number;
  readonly speed?: number;
  readonly stress?: boolean;
  readonly seconds?: number;
  readonly visitors?: number;
}

const defaultWorkers = 4;
const defaultSpeed = 20;
const defaultSeconds = 10;
const defaultVisitors = 2_000;

/** What a flow does besides its storm: an ordinary day on BullMQ, events of one's own, stress. */
export async function flowCommand(name: string, entry: CatalogEntry): Promise<void> {
  const command = newCommand(
    `pnpm --filter flows start -- ${name}`,
    'Runs an ordinary day of a flow in several processes on BullMQ and judges it, runs the flow over events of your own, or puts it under stress. Redis is looked for at REDIS_URL, or on its standard port.',
  )
    .addOption(
      valueOption(
        '--engine <name>',
        'bullmq or memory (default: memory)',
        oneOf(['bullmq', 'memory'] as const),
      ),
    )
    .addOption(
      valueOption('--workers <n>', 'processes that run the steps (default: 4)', count(1, 64, '4')),
    )
    .addOption(
      valueOption(
        '--file <path>',
        'events of your own, one JSON object a line: {"event": "…", "data": {…}, "id": "…", "atMs": 0}',
      ),
    )
    .option(
      '--stress',
      'send the events of a busy day as fast as they are taken in, over services that answer at once, and print throughput, latency and memory',
    )
    .addOption(
      valueOption(
        '--seconds <n>',
        'with --stress: for how long events are sent (default: 10)',
        count(1, 600, '10'),
      ),
    )
    .addOption(
      valueOption(
        '--visitors <n>',
        'with --stress: visitors of that day (default: 2000)',
        count(1, 100_000, '2000'),
      ),
    )
    .addOption(valueOption('--seed <n>', 'seed of everything random (default: 1)', seed))
    .addOption(
      valueOption(
        '--speed <n>',
        'how many times as fast as the machine its clock runs (default: 20)',
        positive('20'),
      ),
    );
  await runTool<Flags>(command, { defaults: { seed: 1 } }, async (flags) => {
    const { engine = 'memory', file, stress = false } = flags;
    if (!stress) refuseWithout('--stress', { seconds: flags.seconds, visitors: flags.visitors });
    if (stress && file !== undefined) {
      throw new UsageError({
        given: `--stress --file=${file}`,
        cause: 'under stress the events are those of a busy day',
        remedy: 'Leave one of the two out.',
      });
    }
    if (engine === 'memory') {
      refuseWithout('--engine=bullmq', { workers: flags.workers, speed: flags.speed });
      if (file !== undefined) return ownEvents(name, entry, file, flags);
      if (stress)
        return untilInterrupted(async (signal) => underStress(name, entry, flags, signal));
      throw new UsageError({
        given: '--engine=memory',
        cause: 'the storm runs on it anyway, and has options of its own',
        remedy: 'Leave --engine out.',
      });
    }
    if (entry.engines !== undefined) {
      throw new UsageError({
        given: '--engine=bullmq',
        cause: `${name} runs on the memory engine alone: ${entry.engines.why}`,
        remedy: 'Leave --engine out.',
      });
    }
    return untilInterrupted(async (signal) => {
      if (file !== undefined) return ownEvents(name, entry, file, flags, signal);
      if (stress) return underStress(name, entry, flags, signal);
      return onBullmq(name, entry, flags, signal);
    });
  });
}

const redisUrl = process.env['REDIS_URL'] ?? standardRedisUrl;

/** @returns 1 when something could not be finished. */
async function ownEvents(
  name: string,
  entry: CatalogEntry,
  path: string,
  { seed: given, workers = defaultWorkers, speed = entry.day?.speed ?? defaultSpeed }: Flags,
  onBullmqUntil?: AbortSignal,
): Promise<number> {
  const { example } = await entry.load();
  const events = await readEvents(await flowOf(example), path);
  const run =
    onBullmqUntil === undefined
      ? await runOwnEvents(example, events, given)
      : await runOwnEventsOnBullmq(example, events, {
          name,
          workers,
          redisUrl,
          seed: given,
          speed,
          signal: onBullmqUntil,
        });
  for (const line of troubles(run)) process.stdout.write(`${line}\n`);
  const { taken, repeated, counts, letters, elapsedMs } = run;
  const unfinished = counts.waiting + counts.delayed + counts.active;
  const clock = onBullmqUntil === undefined ? 'of virtual time' : 'by the clock of the flow';
  process.stdout.write(
    `${taken} events taken in, ${repeated} repeated; ${counts.done} steps done, ${letters.length} dead letters, ${unfinished} not finished, after ${formatDuration(elapsedMs)} ${clock}\n`,
  );
  return letters.length + unfinished === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
}

/** What the log says; where the steps run in other processes, what the dead letters say. */
function troubles({ log, letters }: OwnRun): readonly string[] {
  if (log.length > 0) {
    return log.map(({ level, step, event, eventId, text, error }) => {
      const why = error instanceof Error ? `: ${error.message}` : '';
      return `${level.padEnd(5)}  ${step}  ${event} ${eventId}  ${text}${why}`;
    });
  }
  return letters.map(
    ({ step, event, reason, error }) =>
      `error  ${step}  ${event.name} ${event.id}  dead letter: ${reason}: ${error.message}`,
  );
}

async function underStress(
  name: string,
  entry: CatalogEntry,
  { engine = 'memory', seed: given, ...flags }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const { workers = defaultWorkers, seconds = defaultSeconds, visitors = defaultVisitors } = flags;
  const { example } = await entry.load();
  const events = await dayEvents(example, given, visitors);
  const options = { seed: given, seconds, signal };
  const figures =
    engine === 'memory'
      ? await stressInMemory(example, events, options)
      : await stressOnBullmq(example, events, { ...options, name, workers, redisUrl });
  process.stdout.write(
    stressText(figures, {
      flow: name,
      engine,
      workers: engine === 'memory' ? 0 : workers,
      sent: events.length,
      isInterrupted: signal.aborted,
    }),
  );
  return figures.isAtRest ? exitCodes.asExpected : exitCodes.checkFailed;
}

async function onBullmq(
  name: string,
  entry: CatalogEntry,
  { seed: given, workers = defaultWorkers, speed = entry.day?.speed ?? defaultSpeed }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const { example } = await entry.load();
  const view = plainView({ stream: process.stdout, colors: false });
  const sinceMs = performance.now();
  const finished = await runOnBullmq(
    example,
    {
      name,
      workers,
      seed: given,
      speed,
      dayMs: entry.day?.dayMs,
      replay: `${programCommand(example.name)} --engine=bullmq --workers=${workers} --speed=${speed} --seed=${given}`,
      redisUrl,
      signal,
    },
    (record) => view.write(record),
  );
  await view.close();
  const seconds = (performance.now() - sinceMs) / 1_000;
  process.stderr.write(
    `machine: ${seconds.toFixed(1)} s, ${workers} workers, Node ${process.versions.node}\n`,
  );
  return finished.isAsDeclared ? exitCodes.asExpected : exitCodes.checkFailed;
}

/** Ctrl-C ends what was started; a Redis that is not there is said in one sentence. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (error instanceof InterruptedError) return exitCodes.interrupted;
    if (!(error instanceof RedisMissingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return exitCodes.usage;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}
