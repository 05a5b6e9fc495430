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
import { flowOf } from './flow-of.ts';
import { readEvents, runOwnEvents } from './own-events.ts';
import { InterruptedError, runOnBullmq } from './run-on-bullmq.ts';

interface Flags {
  readonly engine?: 'bullmq' | 'memory';
  readonly workers?: number;
  readonly file?: string;
  readonly seed: number;
  readonly speed?: number;
}

const defaultWorkers = 4;
const defaultSpeed = 20;

/** What a flow does besides its storm: runs on BullMQ. */
export async function flowCommand(name: string, entry: CatalogEntry): Promise<void> {
  const command = newCommand(
    `pnpm --filter flows start -- ${name}`,
    'Runs an ordinary day of a flow in several processes on BullMQ and judges it, or runs the flow over events of your own. Redis is looked for at REDIS_URL, or on its standard port.',
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
        'events of your own, one JSON object a line: {"event": "…", "data": {…}, "id": "…", "atMs": 0}; on the memory engine',
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
    if (flags.engine !== 'bullmq') {
      refuseWithout('--engine=bullmq', { workers: flags.workers, speed: flags.speed });
      if (flags.file !== undefined) return ownEvents(entry, flags.file, flags.seed);
      throw new UsageError({
        given: '--engine=memory',
        cause: 'the storm runs on it anyway, and has options of its own',
        remedy: 'Leave --engine out.',
      });
    }
    if (flags.file !== undefined) {
      throw new UsageError({
        given: `--file=${flags.file}`,
        cause: 'events of your own run on the memory engine',
        remedy: 'Leave --engine=bullmq out.',
      });
    }
    if (entry.engines !== undefined) {
      throw new UsageError({
        given: '--engine=bullmq',
        cause: `${name} runs on the memory engine alone: ${entry.engines.why}`,
        remedy: 'Leave --engine out.',
      });
    }
    return untilInterrupted(async (signal) => onBullmq(name, entry, flags, signal));
  });
}

/** @returns 1 when something could not be finished. */
async function ownEvents(entry: CatalogEntry, path: string, given: number): Promise<number> {
  const { example } = await entry.load();
  const events = await readEvents(await flowOf(example), path);
  const { taken, repeated, counts, letters, log, virtualMs } = await runOwnEvents(
    example,
    events,
    given,
  );
  const unfinished = counts.waiting + counts.delayed + counts.active;
  for (const { level, step, event, eventId, text, error } of log) {
    const why = error instanceof Error ? `: ${error.message}` : '';
    process.stdout.write(`${level.padEnd(5)}  ${step}  ${event} ${eventId}  ${text}${why}\n`);
  }
  process.stdout.write(
    `${taken} events taken in, ${repeated} repeated; ${counts.done} steps done, ${letters.length} dead letters, ${unfinished} not finished, after ${formatDuration(virtualMs)} of virtual time\n`,
  );
  return letters.length + unfinished === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
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
      redisUrl: process.env['REDIS_URL'] ?? standardRedisUrl,
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
