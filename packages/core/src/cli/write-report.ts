import { formatValue } from '../scenario/format.ts';
import type { WallFigures } from '../report/html/header-section.ts';
import type { AnyExample } from '../scenario/example.ts';
import type { RunRecord } from '../scenario/record.ts';
import { type Conclusion, escaped, type ExitCode, exitCodes } from '../command-line/index.ts';
import type { RunFlags } from './plan-run.ts';
import type { Ending } from './play.ts';
import type { ReportPlace } from './report-path.ts';
import { reportText } from './report-text.ts';
import { ReportUnwrittenError, saveReport } from './save-report.ts';

/** A report that was asked for. */
export interface WantedReport extends ReportPlace {
  /** Whether it runs storms again. */
  readonly isLive?: boolean;
}

/** A run that has come to its end, in whatever way. */
export interface ReportedRun {
  readonly records: readonly RunRecord[];
  readonly ending: Ending;
  readonly example: AnyExample;
  readonly flags: RunFlags;
  /** The example's worker, for a report that is live. */
  readonly worker?: string | undefined;
}

/** Writes the report of a run, also of one that was stopped, and says where it is. */
export async function writeReport(
  { path, kind, isLive = false }: WantedReport,
  run: ReportedRun,
  exitCode: ExitCode,
): Promise<Conclusion> {
  const { records, ending, example, flags, worker } = run;
  const wall = wallOf(records, ending);
  const { describeExample } = await import('../page/origin.ts');
  const origin = { flags, about: await describeExample(example) };
  const page = { origin, wall };
  const text =
    isLive && worker !== undefined
      ? await (await import('../page/run-report.ts')).liveRunReport(records, page, worker)
      : await reportText(kind, records, page);
  try {
    await saveReport(path, text);
  } catch (error) {
    if (!(error instanceof ReportUnwrittenError)) throw error;
    return { exitCode: exitCodes.unwritten, lines: [error.message] };
  }
  const size = formatValue(Buffer.byteLength(text), 'bytes');
  return { exitCode, lines: [`report: ${escaped(path)} (${size})`] };
}

/** What is known of the machine; a run that was stopped was not measured. */
function wallOf([started]: readonly RunRecord[], ending: Ending): WallFigures | undefined {
  if (ending.kind !== 'finished' || ending.figures === undefined) return undefined;
  const { wallMs, peakRssBytes, nodeVersion } = ending.figures;
  const commit = started?.type === 'run.started' ? started.commit : undefined;
  return { wallMs, peakRssBytes, node: nodeVersion, commit: commit ?? 'unknown' };
}
