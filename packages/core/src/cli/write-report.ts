import { formatValue } from '../scenario/format.ts';
import type { HtmlReportOptions } from '../report/html/html-report.ts';
import type { RunRecord } from '../scenario/record.ts';
import { type Conclusion, escaped, type ExitCode, exitCodes } from '../command-line/index.ts';
import type { Ending } from './play.ts';
import type { ReportKind, ReportPlace } from './report-path.ts';
import { ReportUnwrittenError, saveReport } from './save-report.ts';

/** Writes the report of a run, also of one that was stopped, and says where it is. */
export async function writeReport(
  { path, kind }: ReportPlace,
  records: readonly RunRecord[],
  ending: Ending,
  exitCode: ExitCode,
): Promise<Conclusion> {
  const text = await write[kind](records, ending);
  try {
    await saveReport(path, text);
  } catch (error) {
    if (!(error instanceof ReportUnwrittenError)) throw error;
    return { exitCode: exitCodes.unwritten, lines: [error.message] };
  }
  const size = formatValue(Buffer.byteLength(text), 'bytes');
  return { exitCode, lines: [`report: ${escaped(path)} (${size})`] };
}

type Write = (records: readonly RunRecord[], ending: Ending) => Promise<string>;

/** Each kind loads what it takes, and nothing else. */
const write: Readonly<Record<ReportKind, Write>> = {
  async html(records, ending) {
    const { htmlReport } = await import('../report/html/html-report.ts');
    return htmlReport(records, wallOf(records, ending));
  },
  async svg(records) {
    const { runSvg } = await import('../report/svg/run-svg.ts');
    return runSvg(records);
  },
  async md(records) {
    const { markdownReport } = await import('../report/markdown/markdown-report.ts');
    return markdownReport(records);
  },
  async csv(records) {
    const { samplesCsv } = await import('../report/csv/samples-csv.ts');
    return samplesCsv(records);
  },
  async ndjson(records) {
    const { recordLine } = await import('../report/record-line.ts');
    return records.map((record) => `${recordLine(record)}\n`).join('');
  },
};

/** What is known of the machine; a run that was stopped was not measured. */
function wallOf([started]: readonly RunRecord[], ending: Ending): HtmlReportOptions {
  if (ending.kind !== 'finished' || ending.figures === undefined) return {};
  const { wallMs, peakRssBytes, nodeVersion } = ending.figures;
  const commit = started?.type === 'run.started' ? started.commit : undefined;
  return { wall: { wallMs, peakRssBytes, node: nodeVersion, commit: commit ?? 'unknown' } };
}
