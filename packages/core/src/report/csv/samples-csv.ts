import type { RunRecord } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';
import { csvText } from './csv-text.ts';

export interface SamplesCsvOptions {
  /** Id of a chart, to leave out the series of others. Default: every series. */
  readonly chart?: string;
}

/**
 * The samples of a run as comma-separated values (RFC 4180), one line a virtual second: phase, time
 * in virtual milliseconds, and each series under the name that it has in the record. What was not
 * measured is empty. Units are those of `run.started.series`.
 *
 * @throws RunIncompleteError when there is no `run.started`
 */
export function samplesCsv(
  records: Iterable<RunRecord>,
  { chart }: SamplesCsvOptions = {},
): string {
  let names: readonly string[] | undefined;
  const lines: (readonly (string | number | undefined)[])[] = [];
  for (const record of records) {
    if (record.type === 'run.started') {
      names = record.series
        .filter((series) => chart === undefined || series.chart === chart)
        .map(({ name }) => name);
      lines.push(['phase', 'atMs', ...names]);
    }
    if (record.type !== 'sample' || names === undefined) continue;
    const { phase, atMs, values } = record;
    lines.push([phase, atMs, ...names.map((name) => values[name])]);
  }
  if (names === undefined) throw new RunIncompleteError();
  return csvText(lines);
}
