import type { RunReportOptions } from '../page/origin.ts';
import type { RunRecord } from '../scenario/record.ts';
import type { ReportKind } from './report-path.ts';

type Write = (records: readonly RunRecord[], page: RunReportOptions) => Promise<string>;

/**
 * A run as a report of some kind. Each kind loads what it takes, and nothing else.
 *
 * @param page what a page shows besides the records
 * @throws RunIncompleteError when there is no `run.started`
 */
export function reportText(
  kind: ReportKind,
  records: readonly RunRecord[],
  page: RunReportOptions = {},
): Promise<string> {
  return write[kind](records, page);
}

const write: Readonly<Record<ReportKind, Write>> = {
  async html(records, page) {
    const { runReport } = await import('../page/run-report.ts');
    return runReport(records, page);
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
