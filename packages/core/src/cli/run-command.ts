import { once } from 'node:events';
import type { LivePage } from '../page/live/live-page.ts';
import type { AnyExample } from '../scenario/example.ts';
import type { RunRecord } from '../scenario/record.ts';
import { type ExitCode, exitCodes, flushed } from '../command-line/index.ts';
import { announcement, needsExample } from './announce.ts';
import { type Stop, watchForStops } from './interrupt.ts';
import type { LoadExample } from './load-example.ts';
import type { CommandOptions } from './options.ts';
import type { Plan, RunFlags } from './plan-run.ts';
import { noProgress, progressLine } from './progress.ts';
import { reportKinds, resolveReportPath } from './report-path.ts';
import { openView, pickView, type OpenView } from './views.ts';
import { createWhereabouts } from './where.ts';
import type { WantedReport } from './write-report.ts';

/**
 * Runs what the flags ask for, shows it, and says how it ended. What is heavy to load comes after
 * the first line is out.
 *
 * @throws UsageError, InputError or MissingPeerError before anything has run
 */
export async function runCommand(
  name: string,
  load: LoadExample,
  options: CommandOptions,
): Promise<ExitCode> {
  const { stdin, stdout, stderr } = process;
  const kind = pickView(options, stdout, process.env['TERM']);
  const reports = placesOf(options);
  // Better said before the run than after it.
  if (reports.some((one) => one.kind === 'html')) {
    await (await import('../page/page-peers.ts')).findPagePeers();
  }

  let opened: OpenView | undefined;
  const interruption = watchForStops({
    signals: process,
    stdout,
    exit: (code) => {
      void opened?.view.close();
      process.exit(code);
    },
  });
  const announce = (): void => {
    if (kind !== 'json') stdout.write(`${announcement(name, options)}\n\n`);
  };
  const isAccepted = !needsExample(options);
  if (isAccepted) announce();

  const { example } = await load();
  const { planCommand } = await import('./plan.ts');
  let plan: Plan;
  try {
    plan = await planCommand(example, name, options, interruption.signal);
  } catch (error) {
    // A trace may take long to read, and is left at once.
    if (interruption.stop === undefined) throw error;
    return exitCodeOf(interruption.stop);
  }
  if (!isAccepted) announce();
  const worker = await workerOf(options);
  const { play } = await import('./play.ts');
  const live = options.live ? await openLive(name, example, options) : undefined;
  opened = await openView(kind, options, { stdin, stdout }, interruption.quit);
  const { view, pace } = opened;
  const where = createWhereabouts();
  // With both on one screen the line would be written over the output.
  const progress = stderr.isTTY && !stdout.isTTY ? progressLine(stderr) : noProgress;
  const kept: RunRecord[] = [];
  const ending = await play(example, plan, {
    isVerified: options.verify,
    pace,
    signal: interruption.signal,
    sink(record) {
      where.see(record);
      progress.update(where);
      if (reports.length > 0) kept.push(record);
      live?.write(record);
      view.write(record);
    },
  });
  await view.close();
  progress.clear();
  await flushed(stdout);

  const { conclude } = await import('./conclude.ts');
  const { replay } = plan;
  const { stop, writeError } = interruption;
  const concluded = conclude({ ending, stop, writeError, where: where.text, replay });
  for (const line of concluded.lines) stderr.write(`${line}\n`);
  let { exitCode } = concluded;
  if (kept.length > 0) {
    const { writeReport } = await import('./write-report.ts');
    const run = { records: kept, ending, example, flags: flagsOf(options), worker };
    for (const place of reports) {
      // oxlint-disable-next-line no-await-in-loop -- each may be large
      const written = await writeReport(place, run, exitCode);
      for (const line of written.lines) stderr.write(`${line}\n`);
      ({ exitCode } = written);
    }
  }
  if (live !== undefined) {
    if (!interruption.signal.aborted) {
      stderr.write(`The run stays on ${live.url} until Ctrl-C.\n`);
      await once(interruption.signal, 'abort');
    }
    await live.close();
  }
  return exitCode;
}

/** Where reports go; nothing is written yet. */
function placesOf({ report, reportLive }: CommandOptions): readonly WantedReport[] {
  return [
    ...(report === undefined ? [] : [resolveReportPath(report, reportKinds)]),
    ...(reportLive === undefined
      ? []
      : [{ ...resolveReportPath(reportLive, ['html'], 'report-live'), isLive: true }]),
  ];
}

/** What `--report-live` runs storms with. */
async function workerOf({ reportLive }: CommandOptions): Promise<string | undefined> {
  if (reportLive === undefined) return undefined;
  const { workerForReport } = await import('./live-report.ts');
  return workerForReport(reportLive, process.argv[1] ?? '');
}

async function openLive(
  name: string,
  example: AnyExample,
  options: CommandOptions,
): Promise<LivePage> {
  const [{ openLivePage }, { describeExample }] = await Promise.all([
    import('../page/live/live-page.ts'),
    import('../page/origin.ts'),
  ]);
  const origin = { flags: flagsOf(options), about: await describeExample(example) };
  const live = await openLivePage({ example: name, origin });
  // Not on standard output, which may be the record itself.
  process.stderr.write(`The run is shown on ${live.url}\n`);
  return live;
}

/** What of the options decides the run: all that a page needs to say how it is had again. */
function flagsOf(options: CommandOptions): RunFlags {
  const { scenario, seed, set, fault, calm, transport, why, proof } = options;
  const { implementation, load, trace } = options;
  return {
    scenario,
    seed,
    set,
    fault,
    calm,
    transport,
    why,
    proof,
    ...(implementation !== undefined && { implementation }),
    ...(load !== undefined && { load }),
    ...(trace !== undefined && { trace }),
  };
}

/** What a run that was stopped ends with: who has seen enough is content. */
function exitCodeOf(stop: Stop): ExitCode {
  return stop === 'left' || stop === 'outputClosed' ? exitCodes.asExpected : exitCodes[stop];
}
