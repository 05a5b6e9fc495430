import { UsageError } from '@firedrill/core/command-line';
import {
  createProjectionRunner,
  defineProjection,
  formatStatusTable,
  reportProjections,
} from '@firedrill/core/event-store';
import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import { startChild } from '../child.ts';
import { choiceFlag } from '../command/flag.ts';
import { childVariable } from '../command/start-command.ts';
import { batchSizeFlag, eventsFlag, storeFlags } from '../command/store-flags.ts';
import { openAt, openFromParent, type OpenStore, sayWhere } from '../database/open-store.ts';
import { childEnv, choosePlace, type Place, type StoreOptions } from '../database/place.ts';
import { defineRecipe, type RecipeContext, type ShopStore } from '../recipe.ts';
import type { ShopEvent } from '../shop/events.ts';
import { appendHistory } from '../shop/append-history.ts';
import {
  auditLedger,
  checkCheckpoints,
  checkExactlyOnce,
  createLedger,
  noteApplied,
} from '../shop/ledger.ts';
import { pause, untilCaughtUp } from '../until.ts';

/** So slow is the handler, for each batch, that there is time for Ctrl-C. */
const batchMs = 200;
const name = 'diary';

const flags = {
  mode: choiceFlag({
    variable: 'MODE',
    description: 'one step alone; without it, the whole walk',
    names: ['append', 'process', 'status'],
  }),
  events: eventsFlag(50),
  batchSize: batchSizeFlag(5),
  ...storeFlags,
};

interface StopResumeOptions extends StoreOptions {
  readonly events: number;
  readonly batchSize: number;
}

export const stopResume = defineRecipe({
  name: 'stop-resume',
  level: 'beginner',
  teaches: 'a worker can stop at any time, and resumes where it stopped',
  lesson: [
    'The checkpoint is in the database, beside the read model. Ctrl-C, a deployment or a crash costs',
    'a worker nothing: the next one, in whatever process, goes on behind the checkpoint.',
  ],
  flags,
  next: [
    'stop-resume --directory=./shop --mode=append',
    'stop-resume --directory=./shop --mode=process   (and press Ctrl-C)',
    'stop-resume --directory=./shop --mode=status',
    'multiple-projections',
  ],

  async run(context) {
    const { mode, directory, databaseUrl } = context.options;
    if (mode === undefined) return walk(context);
    const isNowhere = directory === undefined && databaseUrl === undefined;
    const ofParent = isNowhere ? await openFromParent(context) : undefined;
    if (isNowhere && ofParent === undefined) throw nowhereToKeep(mode);
    const store = ofParent ?? (await openNamed(context));
    if (mode === 'append') await append(context, store);
    else if (mode === 'process') await processEvents(context, store);
    else await showStatus(context, store);
  },
});

async function openNamed(context: RecipeContext<StopResumeOptions>): Promise<ShopStore> {
  const place = await choosePlace(context, true);
  if (context.env[childVariable] === undefined) sayWhere(context.out, place);
  const { store } = await openAt(place, context);
  return store;
}

/** All steps, one after the other; the Ctrl-C is a real SIGINT to a process of its own. */
async function walk(context: RecipeContext<StopResumeOptions>): Promise<void> {
  const { out, signal, options } = context;
  if (options.batchSize * 4 > options.events) throw tooFewBatches(options);
  const place = await choosePlace(context);
  sayWhere(out, place);

  out.step('1. Append (--mode=append)');
  const first = await openAt(place, context);
  await append(context, first.store);

  out.step('2. Process in another process, and press Ctrl-C (--mode=process)');
  const exitCode = await processAndInterrupt(context, place, first.serve);
  await first.store.close();
  if (signal.aborted) return;

  out.step('3. Open the database again, and look where it stands (--mode=status)');
  const { store } = await openAt(place, context);
  await showStatus(context, store);
  const before = await auditLedger(store, name);
  out.check(
    'Ctrl-C ended it in the middle, in good order',
    exitCode === 130 && before.applied > 0 && before.applied < before.expected,
    `exit code ${exitCode}, ${before.applied} of ${before.expected} events applied`,
  );

  out.step('4. Resume (--mode=process)');
  await processEvents(context, store, 0);
  const after = await auditLedger(store, name);
  out.table([['process', 'events'], ...after.byWorker]);
  if (!signal.aborted) checkExactlyOnce(out, 'both together', after);
}

async function append(
  { out, options, signal }: RecipeContext<StopResumeOptions>,
  store: ShopStore,
): Promise<void> {
  const { events, seed } = options;
  const appended = await appendHistory(store, { events, seed, signal });
  out.line(
    `${appended} events appended; the store is at position ${(await store.positions()).head}.`,
  );
}

/** Works until everything is done, or Ctrl-C. */
async function processEvents(
  { out, options, signal }: RecipeContext<StopResumeOptions>,
  store: ShopStore,
  paceMs = batchMs,
): Promise<void> {
  await createLedger(store);
  let applied = 0;
  const diary = defineProjection<SqlTransaction, ShopEvent>({
    name,
    buckets: 1,
    batchSize: options.batchSize,
    async handle(events, tx) {
      await pause(paceMs);
      await noteApplied(events, tx, { projection: name, worker: `process ${process.pid}` });
      applied += events.length;
      out.line(`${applied} events applied`);
    },
  });
  const runner = createProjectionRunner(store, {
    projections: [diary],
    workers: 1,
    pollMs: 50,
    signal,
  });
  await runner.start();
  const isDone = await untilCaughtUp(runner, signal);
  await runner.stop();
  out.line(
    isDone
      ? `Everything is done: ${applied} events in this process.`
      : `Stopped after the batch under way: ${applied} events in this process.`,
  );
}

async function showStatus(
  { out }: Pick<RecipeContext<unknown>, 'out'>,
  store: ShopStore,
): Promise<void> {
  const reports = await reportProjections(store);
  if (reports.length === 0) {
    out.line('Nothing was processed yet: the projection is not known.');
    return;
  }
  for (const line of formatStatusTable(reports).split('\n')) out.line(line);
  await checkCheckpoints(out, store, name);
}

/** Starts a process, presses its Ctrl-C once it has done a quarter, and gives its exit code. */
async function processAndInterrupt(
  { out, options, env, signal }: RecipeContext<StopResumeOptions>,
  place: Place,
  serve: OpenStore['serve'],
): Promise<number | NodeJS.Signals> {
  let isPressed = false;
  const child = startChild({
    args: ['stop-resume', '--mode=process', `--batch-size=${options.batchSize}`],
    env: { ...env, ...childEnv(place) },
    onLine(line) {
      out.line(`| ${line.trim()}`);
      const [applied] = /^\d+(?= events applied)/.exec(line.trim()) ?? [];
      if (isPressed || Number(applied ?? 0) < options.events / 4) return;
      isPressed = true;
      out.line('Ctrl-C (SIGINT)');
      child.process.kill('SIGINT');
    },
  });
  serve?.(child.process);
  const onAbort = (): void => void child.process.kill('SIGTERM');
  signal.addEventListener('abort', onAbort, { once: true });
  const exitCode = await child.ended;
  signal.removeEventListener('abort', onAbort);
  return exitCode;
}

function nowhereToKeep(mode: string): UsageError {
  return new UsageError({
    given: `--mode=${mode}`,
    cause: 'there is no place that the other steps could share',
    remedy: 'Add --directory=./shop, or --database-url.',
  });
}

function tooFewBatches({ events, batchSize }: StopResumeOptions): UsageError {
  return new UsageError({
    given: `--batch-size=${batchSize}`,
    cause: `${events} events are too few batches to stop in the middle`,
    remedy: `Use at most a quarter of the events, or --events=${batchSize * 4} and more.`,
  });
}
