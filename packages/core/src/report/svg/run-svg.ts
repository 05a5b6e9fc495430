import type { RunRecord, RunStarted } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';
import { plainView } from '../plain/plain-view.ts';
import { terminalSvg } from './terminal-svg.ts';

export interface RunSvgOptions {
  /** Columns of the window. Default 100. */
  readonly width?: number;
  /** Lines from here on, from 0. Default 0. */
  readonly fromLine?: number;
  /** Lines before here. Default: all. */
  readonly toLine?: number;
}

/**
 * A picture of a run: what the plain view prints for it, or a part of that.
 *
 * @throws RunIncompleteError when there is no `run.started`
 */
export function runSvg(records: Iterable<RunRecord>, options: RunSvgOptions = {}): string {
  const { width = 100, fromLine = 0, toLine } = options;
  let text = '';
  let started: RunStarted | undefined;
  const view = plainView({ stream: { write: (part) => (text += part) }, colors: true, width });
  for (const record of records) {
    if (record.type === 'run.started') started = record;
    view.write(record);
  }
  void view.close();
  if (started === undefined) throw new RunIncompleteError();
  const lines = text.trimEnd().split('\n').slice(fromLine, toLine);
  const title = `${started.example} --scenario=${started.scenario} --seed=${started.seed}`;
  return terminalSvg(lines, { title, columns: width });
}
