import type { RunRecord } from '../scenario/record.ts';
import { announcement, needsExample } from './announce.ts';
import type { ExitCode } from './exit-codes.ts';
import { flushed } from './flush.ts';
import { watchForStops } from './interrupt.ts';
import type { LoadExample } from './load-example.ts';
import type { CommandOptions } from './options.ts';
import { noProgress, progressLine } from './progress.ts';
import { resolveReportPath } from './report-path.ts';
import { openView, pickView, type OpenView } from './views.ts';
import { createWhereabouts } from './where.ts';

/**
 * Runs what the flags ask for, shows it, and says how it ended. What is heavy to load comes after
 * the first line is out.
 *
 * @throws UsageError or InputError before anything has run
 */
export async function runCommand(
  name: string,
  load: LoadExample,
  options: CommandOptions,
): Promise<ExitCode> {
  const { stdin, stdout, stderr } = process;
  const kind = pickView(options, stdout, process.env['TERM']);
  const reportPath = options.report === undefined ? undefined : resolveReportPath(options.report);

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
  const { planRun } = await import('./plan.ts');
  const plan = await planRun(example, name, options);
  if (!isAccepted) announce();
  const { play } = await import('./play.ts');
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
      if (reportPath !== undefined) kept.push(record);
      view.write(record);
    },
  });
  await view.close();
  progress.clear();
  await flushed(stdout);

  const { conclude } = await import('./conclude.ts');
  const { replay } = plan;
  const { stop } = interruption;
  const { exitCode, lines } = conclude({ ending, stop, where: where.text, replay });
  for (const line of lines) stderr.write(`${line}\n`);
  if (reportPath !== undefined && kept.length > 0) {
    const { writeReport } = await import('./write-report.ts');
    stderr.write(`${await writeReport(reportPath, kept, ending)}\n`);
  }
  return exitCode;
}
