import type { RunRecord, RunStarted, Sample } from '../../scenario/record.ts';
import { formatClock, formatDuration } from '../../scenario/format.ts';
import { emptyRun, findPhase, type PhaseState, reduce } from '../run-state.ts';
import type { TextSink, View } from '../view.ts';
import { checksLines } from './checks.ts';
import { comparisonLines, tableLines } from './comparison.ts';
import { headerLines, phaseLines } from './header.ts';
import { changeLines, noReturnLines, proofLines, trialLines } from './proof.ts';
import { ownWordMark, pickColumns, type StatusColumn, statusEveryMs } from './status.ts';
import { StatusPrinter } from './status-printer.ts';
import { hang, painter } from './text.ts';
import { timelineLines } from './timeline.ts';
import { finishLines, verdictLines } from './verdict.ts';
import { explanationLines, hasDefect, thrownLines } from './why.ts';

/** Where plain text goes, with or without colours, and its width in columns. */
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
 * with the virtual clock, its verdict and why it came to it, the phases side by side, tables and
 * checks, and as they come the proof of the cause and what a change did.
 *
 * @throws RangeError when `width` is too small
 */
export function plainView({ stream, colors, width: wanted }: PlainViewOptions): View {
  const width = resolveWidth(wanted);
  const paint = painter(colors);
  const state = emptyRun();
  let startsAt = '';
  let status = new StatusPrinter({ columns: [], charts: [], everyMs: 1_000, clock: () => '' });
  /** Signals that a run in steps has shown in this phase: each step would tell of them again. */
  const told = new Set<string>();
  let isInRemarks = false;
  let isInProof = false;
  let isSummedUp = false;
  let isClosed = false;

  function print(lines: readonly string[]): void {
    if (lines.length > 0) stream.write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`);
  }

  function section(lines: readonly string[]): void {
    if (lines.length > 0) print(['', ...lines]);
  }

  function start(record: RunStarted): void {
    ({ startsAt } = record);
    // Of a run in steps the tables have all figures: rows would mix a step with the wait for its end.
    const isStepped = record.scenario === 'scale';
    const columns = isStepped ? [] : pickColumns(record, width - clockWidth);
    status = new StatusPrinter({
      columns,
      charts: record.charts,
      everyMs: statusEveryMs(record.durationMs),
      clock: (atMs) => formatClock(startsAt, atMs),
    });
    print(headerLines(record, width, paint));
    if (!isStepped) print(legendLines(record, columns));
  }

  function legendLines({ series }: RunStarted, columns: readonly StatusColumn[]): string[] {
    const left = series.length - columns.length;
    const legend = [
      `Rows of figures come every ${formatDuration(status.everyMs)} of virtual time, unless nothing has changed: rates and ratios are means since the row before, everything else is the peak.`,
      ...(columns.some((column) => column.series.ownWord)
        ? [`${ownWordMark} is the system's own word.`]
        : []),
      ...(left === 0 ? [] : [`${left} more series ${left === 1 ? 'is' : 'are'} in the report.`]),
    ];
    return hang('  ', legend.join(' '), width).map((line) => paint('dim', line));
  }

  function printStatus(atMs: number): void {
    print(status.finish(atMs));
  }

  function sample(record: Sample): void {
    print(status.add(record));
  }

  /** What a phase came to and why. */
  function judge(phase: PhaseState): void {
    section(verdictLines(phase, width, paint));
    const threw = thrownLines(phase, startsAt, width, paint);
    const why = explanationLines(phase, width, paint);
    for (const lines of hasDefect(phase) ? [threw, why] : [why, threw]) section(lines);
    if (phase.index === phase.of - 1) sumUp();
  }

  /** The figures of the phases and every check: when all are known, or no more will be. */
  function sumUp(): void {
    if (isSummedUp) return;
    isSummedUp = true;
    section(comparisonLines(state, width, paint));
    section(checksLines(state, width, paint));
  }

  function show(record: RunRecord): void {
    if (record.type !== 'story') isInRemarks = false;
    switch (record.type) {
      case 'run.started':
        return start(record);
      case 'phase.started':
        status.startPhase();
        told.clear();
        return print([
          '',
          ...phaseLines(record, width, paint),
          '',
          ...status.heading.map((line) => paint('dim', `${' '.repeat(clockWidth)}${line}`)),
        ]);
      case 'sample':
        return sample(record);
      case 'story':
      case 'signal':
      case 'fault.started':
      case 'fault.ended': {
        const event =
          record.phase === undefined ? undefined : findPhase(state, record.phase)?.events.at(-1);
        if (event !== undefined) {
          if (state.started?.scenario === 'scale' && event.kind === 'signal') {
            if (told.has(event.name)) return;
            told.add(event.name);
          }
          print(status.unfold());
          return print(timelineLines(event, startsAt, width, paint));
        }
        if (record.type !== 'story') return;
        // One remark a line, a blank one before the first of them.
        if (!isInRemarks) print(['']);
        isInRemarks = true;
        return print(hang('', record.text, width));
      }
      case 'phase.finished': {
        printStatus(record.atMs);
        const phase = findPhase(state, record.phase);
        // A run that is no storm has no verdict that errors could wait for.
        if (phase?.role === undefined && phase !== undefined) {
          section(thrownLines(phase, startsAt, width, paint));
        }
        return;
      }
      case 'table':
        // The figures up to here belong above the table of their phase.
        if (record.phase !== undefined) printStatus(findPhase(state, record.phase)?.atMs ?? 0);
        return section(tableLines(record, width, paint));
      case 'verdict': {
        const phase = findPhase(state, record.phase);
        if (phase !== undefined) judge(phase);
        return;
      }
      case 'trial':
        if (!isInProof) section([paint('bold', 'Proof of the cause')]);
        isInProof = true;
        return print(trialLines(record, width, paint));
      case 'proof':
        return print(proofLines(record, width, paint));
      case 'point-of-no-return':
        return print(noReturnLines(record, width, paint));
      case 'comparison': {
        const title = findPhase(state, record.phase)?.title ?? record.phase;
        return section(changeLines(record, title, width, paint));
      }
      case 'run.finished':
        sumUp();
        return section(finishLines(record, width, paint));
      case 'check':
      case 'thrown':
      case 'explanation':
      case 'parts':
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
      sumUp();
      const at = phase === undefined ? '' : ` at ${formatClock(startsAt, phase.atMs)}`;
      const isJudged = phase?.verdict !== undefined && phase.index === phase.of - 1;
      const text = isJudged
        ? 'Stopped after the verdict: what was to follow it is missing.'
        : `Stopped${at}: the run did not finish, so there is no verdict.`;
      section([paint('bold', text)]);
    },
  };
}
