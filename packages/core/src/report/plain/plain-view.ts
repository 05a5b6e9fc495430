import type { RunRecord, RunStarted, Sample } from '../../scenario/record.ts';
import { formatClock, formatDuration } from '../format.ts';
import { emptyRun, findPhase, reduce } from '../run-state.ts';
import type { TextSink, View } from '../view.ts';
import { comparisonLines, tableLines } from './comparison.ts';
import { headerLines, phaseLines } from './header.ts';
import { pickSeries, statusEveryMs, statusHeading, StatusWindow } from './status.ts';
import { hang, painter } from './text.ts';
import { timelineLines } from './timeline.ts';
import { checksLines, finishLines } from './verdict.ts';

export interface PlainViewOptions {
  readonly stream: TextSink;
  /** Whether escapes for colour are written; see `wantsColors`. */
  readonly colors: boolean;
  /** Columns to fit in, at least 60. Default 100. */
  readonly width?: number;
}

const narrowest = 60;
const clockWidth = 10;

function resolveWidth(width = 100): number {
  if (!Number.isInteger(width) || width < narrowest) {
    throw new RangeError(`width must be an integer of at least ${narrowest}, got ${width}.`);
  }
  return width;
}

/**
 * The run as lines of text, for a pipe, a log or a document: a header, each phase as a timeline
 * with the virtual clock, the phases side by side, tables, checks and the verdict.
 *
 * @throws RangeError when `width` is too small
 */
export function plainView({ stream, colors, width: wanted }: PlainViewOptions): View {
  const width = resolveWidth(wanted);
  const paint = painter(colors);
  const state = emptyRun();
  let startsAt = '';
  let everyMs = Number.POSITIVE_INFINITY;
  let dueMs = 0;
  let heading: string[] = [];
  let status = new StatusWindow([]);
  let isInRemarks = false;
  let isClosed = false;

  function print(lines: readonly string[]): void {
    if (lines.length > 0) stream.write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`);
  }

  function section(lines: readonly string[]): void {
    if (lines.length > 0) print(['', ...lines]);
  }

  function start(record: RunStarted): void {
    startsAt = record.startsAt;
    everyMs = statusEveryMs(record.durationMs);
    const shown = pickSeries(record, width - clockWidth);
    status = new StatusWindow(shown);
    heading = statusHeading(shown, record.charts).map((line) =>
      paint('dim', `${' '.repeat(clockWidth)}${line}`),
    );
    print(headerLines(record, width, paint));
    const left = record.series.length - shown.length;
    const legend =
      `Rows of figures come every ${formatDuration(everyMs)} of virtual time: rates and ratios are means ` +
      `since the row before, everything else is the peak.${left === 0 ? '' : ` ${left} more series are in the report.`}`;
    print(hang('  ', legend, width).map((line) => paint('dim', line)));
  }

  function printStatus(atMs: number): void {
    if (!status.isEmpty) print([`  ${formatClock(startsAt, atMs)}${status.take()}`]);
  }

  function sample(record: Sample): void {
    status.add(record.values);
    if (record.atMs < dueMs) return;
    printStatus(record.atMs);
    dueMs = (Math.floor(record.atMs / everyMs) + 1) * everyMs;
  }

  function show(record: RunRecord): void {
    if (record.type !== 'story') isInRemarks = false;
    switch (record.type) {
      case 'run.started':
        return start(record);
      case 'phase.started':
        dueMs = everyMs;
        return print(['', ...phaseLines(record, width, paint), '', ...heading]);
      case 'sample':
        return sample(record);
      case 'story':
      case 'signal':
      case 'fault.started':
      case 'fault.ended': {
        const event =
          record.phase === undefined ? undefined : findPhase(state, record.phase)?.events.at(-1);
        if (event !== undefined) return print(timelineLines(event, startsAt, width, paint));
        if (record.type !== 'story') return;
        // One remark a line, a blank one before the first of them.
        if (!isInRemarks) print(['']);
        isInRemarks = true;
        return print(hang('', record.text, width));
      }
      case 'phase.finished':
        return printStatus(record.atMs);
      case 'table':
        // The figures up to here belong above the table of their phase.
        if (record.phase !== undefined) printStatus(findPhase(state, record.phase)?.atMs ?? 0);
        return section(tableLines(record, width, paint));
      case 'run.finished':
        section(comparisonLines(state, width, paint));
        section(checksLines(state, width, paint));
        return section(finishLines(record, width, paint));
      case 'check':
    }
  }

  return {
    write(record) {
      reduce(state, record);
      show(record);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      if (state.finished !== undefined || state.started === undefined) return;
      const phase = state.phases.at(-1);
      if (phase !== undefined) printStatus(phase.atMs);
      section(comparisonLines(state, width, paint));
      section(checksLines(state, width, paint));
      const at = phase === undefined ? '' : ` at ${formatClock(startsAt, phase.atMs)}`;
      section([paint('bold', `Stopped${at}: the run did not finish, so there is no verdict.`)]);
    },
  };
}
