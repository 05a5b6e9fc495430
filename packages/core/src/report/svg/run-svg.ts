import type { RunRecord, RunStarted } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';
import { plainView } from '../plain/plain-view.ts';
import { terminalSvg } from './terminal-svg.ts';

/** The width of the picture in columns, and the piece of the output that it shows. */
export interface RunSvgOptions {
  /** Columns of the window. Default 100. */
  readonly width?: number;
  /** Text of the first line to show. Default: the first. */
  readonly from?: string;
  /** Text of the line before which it ends. Default: all lines. */
  readonly to?: string;
}

/**
 * A picture of a run: what the plain view prints for it, or a part of that.
 *
 * @throws RunIncompleteError when there is no `run.started`
 * @throws RangeError when a text stands in no line
 */
export function runSvg(records: Iterable<RunRecord>, options: RunSvgOptions = {}): string {
  const { width = 100, from, to } = options;
  let text = '';
  let started: RunStarted | undefined;
  const view = plainView({ stream: { write: (part) => (text += part) }, colors: true, width });
  for (const record of records) {
    if (record.type === 'run.started') started = record;
    view.write(record);
  }
  void view.close();
  if (started === undefined) throw new RunIncompleteError();
  const all = text.trimEnd().split('\n');
  const first = lineOf(all, from, 0);
  const lines = all.slice(first, lineOf(all, to, all.length));
  const title = `${started.example} --scenario=${started.scenario} --seed=${started.seed}`;
  return terminalSvg(lines, { title, columns: width });
}

function lineOf(lines: readonly string[], text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const index = lines.findIndex((line) => line.includes(text));
  if (index >= 0) return index;
  throw new RangeError(`Failed to draw a part of a run: no line has "${text}". Use one that has.`);
}
