import type { RunStarted, Series } from '../../scenario/record.ts';
import { formatClock, formatDuration, formatValue, plural } from '../../scenario/format.ts';
import { lookOf } from '../plain/timeline.ts';
import { padTo, painter, type Paint, printable, widthOf } from '../plain/text.ts';
import { markedLabel } from '../plain/status.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { inOrderOfNeed } from '../series-order.ts';
import { clip } from './clip.ts';
import { judgedFrame } from './judged-frame.ts';
import { sparkline } from './sparkline.ts';

/** What the live screen shows: the run so far, and how it is played. */
export interface LiveState {
  readonly run: RunState;
  readonly isPaused: boolean;
  /** Virtual seconds for each real second; `Infinity` at full speed. */
  readonly speed: number;
}

export interface FrameSize {
  readonly columns: number;
  readonly rows: number;
  readonly colors: boolean;
}

interface Canvas extends FrameSize {
  readonly paint: Paint;
  readonly started: RunStarted;
}

function spread(left: string, right: string, columns: number): string {
  const gap = columns - widthOf(left) - widthOf(right);
  return gap < 2 ? clip(left, columns) : left + ' '.repeat(gap) + right;
}

function stateWord({ run, isPaused }: LiveState, plays: string): string {
  if (run.finished !== undefined) return 'finished';
  const last = run.phases.at(-1);
  if (last?.verdict !== undefined && last.index === last.of - 1) return 'looks into the cause';
  return isPaused ? 'paused' : plays;
}

function titleLine({ paint, columns, started }: Canvas, live: LiveState): string {
  const phase = live.run.phases.at(-1);
  const clock = formatClock(started.startsAt, phase?.atMs ?? 0);
  const speed = Number.isFinite(live.speed)
    ? `${formatValue(Math.round(live.speed), 'count')}x`
    : 'full speed';
  const state = stateWord(live, `plays at ${speed}`);
  const name = `${paint('bold', 'Firedrill')}  ${started.example} ${started.scenario}`;
  const right = `${live.isPaused ? paint('yellow', state) : state}  ${paint('bold', clock)}`;
  const long = spread(`${name}  ${paint('dim', `seed ${started.seed}`)}`, right, columns);
  return widthOf(long) <= columns && long.endsWith(right) ? long : spread(clock, state, columns);
}

/** The phase's progress; cells in a fault's window look different. */
function progressLine({ paint, columns, started }: Canvas, phase: PhaseState): string {
  const spanMs = Math.max(started.durationMs, phase.atMs);
  const label = ` ${padTo(`${Math.floor((phase.atMs / spanMs) * 100)} %`, 5, 'right')}`;
  const width = Math.max(1, columns - label.length);
  const done = Math.round((phase.atMs / spanMs) * width);
  const windows = [...phase.faults.values()];
  const cells = Array.from({ length: width }, (_, index) => {
    const atMs = ((index + 0.5) / width) * spanMs;
    if (index >= done) return '─';
    const isFaulty = windows.some(
      ({ fromMs, toMs = Number.POSITIVE_INFINITY }) => atMs >= fromMs && atMs < toMs,
    );
    return isFaulty ? '╳' : '━';
  });
  const bar = cells
    .join('')
    .replaceAll(/━+/g, (part) => paint('cyan', part))
    .replaceAll(/╳+/g, (part) => paint('magenta', part))
    .replaceAll(/─+/g, (part) => paint('dim', part));
  return bar + label;
}

function faultLine({ paint }: Canvas, phase: PhaseState): string {
  const active = [...phase.faults.values()].filter(({ toMs }) => toMs === undefined);
  if (active.length === 0) return paint('dim', phase.flaw);
  const text = active.map(({ fault }) => {
    const leftMs = fault.toMs - phase.atMs;
    return `${fault.label}${leftMs > 0 ? ` (${formatDuration(leftMs)} left)` : ''}`;
  });
  return paint('magenta', `× ${plural(active.length, 'fault')}: ${printable(text.join('; '))}`);
}

const valueWidth = 12;

function seriesLines(
  canvas: Canvas,
  run: RunState,
  phase: PhaseState,
  { most, withTitles }: { readonly most: number; readonly withTitles: boolean },
): string[] {
  const { paint, columns, started } = canvas;
  const needed = new Set(inOrderOfNeed(started).slice(0, most));
  const shown = started.series.filter((one) => needed.has(one));
  const longest = Math.max(0, ...shown.map((one) => markedLabel(one).length));
  // Labels are whole at 80 columns, and leave room for the line there.
  const labelWidth = Math.min(longest, Math.max(6, Math.floor(columns * 0.4)));
  const width = Math.max(0, columns - labelWidth - valueWidth - 2);
  const lineOf = (one: Series): string => {
    const { name, unit, chart } = one;
    const values = phase.columns.get(name) ?? [];
    const spanMs = Math.max(started.durationMs, phase.atMs);
    const scale = started.charts.find(({ id }) => id === chart)?.scale ?? 'linear';
    const peak = run.peaks.get(name) ?? 0;
    const line = sparkline({ times: phase.times, values, spanMs, width, peak, scale });
    const value = padTo(formatValue(values.at(-1), unit), valueWidth, 'right');
    return `${padTo(clip(markedLabel(one), labelWidth), labelWidth)}${paint('bold', value)}  ${paint('cyan', line)}`;
  };
  if (!withTitles) return shown.map(lineOf);
  const lines: string[] = [];
  for (const [chart, own] of Map.groupBy(shown, (one) => one.chart)) {
    lines.push(paint('dim', started.charts.find(({ id }) => id === chart)?.title ?? chart));
    lines.push(...own.map(lineOf));
  }
  return lines;
}

function eventLines({ paint, started }: Canvas, phase: PhaseState, most: number): string[] {
  if (most <= 0) return [];
  return phase.events.slice(-most).map((event) => {
    const { glyph, word, format, text } = lookOf(event);
    const clock = formatClock(started.startsAt, event.atMs);
    return `${clock}  ${paint(format, `${glyph} ${padTo(word, 8)}`)}  ${text}`;
  });
}

/** Faults, series and events of a phase while it plays. */
function playedFrame(canvas: Canvas, run: RunState, phase: PhaseState): string[] {
  const { started, rows } = canvas;
  // Title, phase, progress, fault, two blank lines and the keys.
  const free = Math.max(0, rows - 7);
  const isRoomy = free >= 8;
  const mostSeries = Math.min(started.series.length, Math.floor(free * (isRoomy ? 0.6 : 0.5)));
  // The titles of charts tell what a short label means: they come with room for five events.
  const withTitles = free >= started.series.length + started.charts.length + 5;
  const most = withTitles ? started.series.length : mostSeries;
  const series = seriesLines(canvas, run, phase, { most, withTitles });
  const events = eventLines(canvas, phase, free - series.length);
  return [faultLine(canvas, phase), '', ...series, '', ...events];
}

/**
 * The live screen as lines: never more than `rows`, none wider than `columns`. A small screen drops
 * series first and keeps the clock, the progress and the last events.
 */
export function renderFrame(live: LiveState, size: FrameSize): string[] {
  const { run } = live;
  const { started } = run;
  const paint = painter(size.colors);
  if (started === undefined) return [clip('Firedrill  starting', size.columns)];
  const canvas: Canvas = { ...size, paint, started };
  const phase = run.phases.at(-1);
  const lines = [titleLine(canvas, live)];
  if (phase !== undefined) {
    const name = `Phase ${phase.index + 1} of ${phase.of}  ${paint('bold', phase.title)}`;
    lines.push(name, progressLine(canvas, phase));
    lines.push(
      ...(phase.verdict === undefined
        ? playedFrame(canvas, run, phase)
        : // Title, phase, progress, a blank line and the keys.
          ['', ...judgedFrame(run, phase, { ...canvas, rows: Math.max(0, size.rows - 5) })]),
    );
  }
  const keys = live.isPaused ? 'space continue' : 'space pause';
  const body = lines.slice(0, Math.max(0, size.rows - 1));
  while (body.length < size.rows - 1) body.push('');
  body.push(paint('dim', `${keys}   f finish at full speed   q quit`));
  return body.slice(-size.rows).map((line) => clip(line, size.columns));
}
