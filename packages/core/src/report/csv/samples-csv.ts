import type { RunRecord } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';

/** A field as RFC 4180 writes it: quoted only where it has to be. */
const field = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * The samples of a run as comma-separated values (RFC 4180), one line a virtual second: phase, time
 * in virtual milliseconds, and each series under the name that it has in the record. What was not
 * measured is empty. Units are those of `run.started.series`.
 *
 * @throws RunIncompleteError when there is no `run.started`
 */
export function samplesCsv(records: Iterable<RunRecord>): string {
  let names: readonly string[] | undefined;
  const lines: string[] = [];
  for (const record of records) {
    if (record.type === 'run.started') {
      names = record.series.map(({ name }) => name);
      lines.push(['phase', 'atMs', ...names].map(field).join(','));
    }
    if (record.type !== 'sample' || names === undefined) continue;
    const { phase, atMs, values } = record;
    const figures = names.map((name) => String(values[name] ?? ''));
    lines.push([field(phase), String(atMs), ...figures].join(','));
  }
  if (names === undefined) throw new RunIncompleteError();
  return lines.map((line) => `${line}\r\n`).join('');
}
