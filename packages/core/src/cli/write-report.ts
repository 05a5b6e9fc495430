import { formatValue } from '../scenario/format.ts';
import type { HtmlReportOptions } from '../report/html/html-report.ts';
import type { RunRecord } from '../scenario/record.ts';
import { type Conclusion, escaped, type ExitCode, exitCodes } from '../command-line/index.ts';
import type { Ending } from './play.ts';
import type { ReportPlace } from './report-path.ts';
import { reportText } from './report-text.ts';
import { ReportUnwrittenError, saveReport } from './save-report.ts';

/** Writes the report of a run, also of one that was stopped, and says where it is. */
export async function writeReport(
  { path, kind }: ReportPlace,
  records: readonly RunRecord[],
  ending: Ending,
  exitCode: ExitCode,
): Promise<Conclusion> {
  const text = await reportText(kind, records, wallOf(records, ending));
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
function wallOf([started]: readonly RunRecord[], ending: Ending): HtmlReportOptions {
  if (ending.kind !== 'finished' || ending.figures === undefined) return {};
  const { wallMs, peakRssBytes, nodeVersion } = ending.figures;
  const commit = started?.type === 'run.started' ? started.commit : undefined;
  return { wall: { wallMs, peakRssBytes, node: nodeVersion, commit: commit ?? 'unknown' } };
}
