import type { Chart, RunStarted, Series } from '../../scenario/record.ts';
import { formatClock, formatValue } from '../../scenario/format.ts';
import { type Markup, markup } from '../html/markup.ts';
import { thinOut } from '../html/thin-out.ts';
import { ownLabel } from '../part/run-table.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { timeTicks, yScale, type YScale } from './chart-scale.ts';
import { chartStyle } from './chart-style.ts';

const width = 860;
const left = 76;
const right = 20;
const plotWidth = width - left - right;
const plotHeight = 150;
/** Above a plot: the title of its phase, and the marks of signals. */
const headHeight = 46;
/** Below a plot: the clock. */
const footHeight = 26;
const legendRow = 22;
/** Drawn points of a line: as many as there are pixels for. */
const mostPoints = 700;

interface Frame {
  readonly started: RunStarted;
  readonly series: readonly Series[];
  readonly scale: YScale;
  readonly spanMs: number;
  readonly unit: Chart['unit'];
}

/**
 * A chart of a run as a picture that needs no font and no script of its own, light or dark as its
 * reader has it: a plot for each phase, all on the same axes, with the faults shaded.
 *
 * @param started of that run
 */
export function chartSvg(state: RunState, started: RunStarted, chart: Chart): string {
  const series = started.series.filter((one) => one.chart === chart.id);
  const { phases } = state;
  const values = phases.flatMap(({ columns }) =>
    series.flatMap(({ name }) => columns.get(name) ?? []),
  );
  const spanMs = Math.max(started.durationMs, ...phases.map(({ atMs }) => atMs));
  const scale = yScale(chart.scale, values);
  const frame: Frame = { started, series, scale, spanMs, unit: chart.unit };
  const legend = legendOf(series);
  const top = 40 + legend.height;
  const panelHeight = headHeight + plotHeight + footHeight;
  const height = top + phases.length * panelHeight + 8;
  const title = `${chart.title}: ${started.title}`;
  const picture = markup`<svg xmlns="http://www.w3.org/2000/svg" class="firedrill-chart" role="img" aria-label="${title}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>${title}</title>
<style>${chartStyle}</style>
<rect class="ground" width="${width}" height="${height}" rx="10"/>
<text class="title" x="20" y="30">${chart.title}${chart.scale === 'log' && markup` <tspan class="soft">logarithmic</tspan>`}</text>
${legend.rows}
${phases.map((phase, index) => panel(phase, frame, top + index * panelHeight))}
</svg>
`;
  return picture.text;
}

function legendOf(series: readonly Series[]): { readonly rows: Markup; readonly height: number } {
  let x = 20;
  let y = 54;
  const entries = series.map((one, index) => {
    const label = ownLabel(one);
    // No font is known here: wide enough for the widest that pictures are shown with.
    const room = 34 + label.length * 7.6;
    if (x > 20 && x + room > width - right) {
      x = 20;
      y += legendRow;
    }
    const entry = markup`<line class="s s${index % 6}" x1="${x}" y1="${y - 4}" x2="${x + 22}" y2="${y - 4}"/><text x="${x + 28}" y="${y}">${label}</text>\n`;
    x += room + 12;
    return entry;
  });
  return { rows: markup`${entries}`, height: y - 54 + legendRow };
}

function panel(phase: PhaseState, frame: Frame, top: number): Markup {
  const { started, scale, spanMs, unit } = frame;
  const y0 = top + headHeight;
  const yOf = (share: number): number => y0 + plotHeight * (1 - share);
  const xOf = (atMs: number): number => left + (plotWidth * Math.min(atMs, spanMs)) / spanMs;
  const startMs = Date.parse(started.startsAt);
  const grid = scale.ticks.map((value) => {
    const y = round(yOf(scale.at(value) ?? 0));
    return markup`<line class="grid" x1="${left}" y1="${y}" x2="${left + plotWidth}" y2="${y}"/><text class="soft end" x="${left - 8}" y="${y + 4}">${tickText(value, unit)}</text>\n`;
  });
  const clock = timeTicks(startMs, spanMs, 8).map(
    (atMs) =>
      markup`<text class="soft middle" x="${round(xOf(atMs))}" y="${y0 + plotHeight + 18}">${formatClock(started.startsAt, atMs)}</text>\n`,
  );
  return markup`<text class="phase" x="20" y="${top + 18}">${phase.title}</text>
${faults(phase, xOf, y0)}${grid}${clock}${signals(phase, xOf, y0)}${lines(phase, frame, xOf, yOf)}`;
}

/** Windows of faults as one shape, so that those that overlap are not shaded twice. */
function faults(phase: PhaseState, xOf: (atMs: number) => number, y0: number): Markup | undefined {
  const windows = [...phase.faults.values()];
  if (windows.length === 0) return undefined;
  const shape = windows.map(({ fromMs, toMs = phase.atMs }) => {
    const x = round(xOf(fromMs));
    return `M${x} ${y0}h${round(Math.max(1, xOf(toMs) - x))}v${plotHeight}H${x}z`;
  });
  const labels = [...new Set(windows.map(({ fault }) => fault.label))];
  const [label = ''] = labels;
  const text = labels.length === 1 ? label : `${labels.length} faults`;
  return markup`<path class="fault" d="${shape.join('')}"><title>${labels.join('; ')}</title></path><text class="fault-label end" x="${left + plotWidth}" y="${y0 - 28}">shaded: ${text}</text>\n`;
}

const marks = { critical: 'M-5-5H5L0 5z', warning: 'M0-5L5 0L0 5L-5 0z' } as const;

/** Critical signals and warnings above the plot; their text is a tooltip where there are any. */
function signals(phase: PhaseState, xOf: (atMs: number) => number, y0: number): Markup {
  const drawn = phase.events.flatMap((event) => {
    if (event.kind !== 'signal' || event.severity === 'info') return [];
    const x = round(xOf(event.atMs));
    return [
      markup`<path class="${event.severity}" transform="translate(${x} ${y0 - 9})" d="${marks[event.severity]}"><title>${event.text}</title></path>\n`,
    ];
  });
  return markup`${drawn}`;
}

function lines(
  phase: PhaseState,
  { series, scale }: Frame,
  xOf: (atMs: number) => number,
  yOf: (share: number) => number,
): Markup {
  const stretch = Math.ceil((2 * phase.times.length) / mostPoints);
  const { times, columns } = thinOut(phase, stretch);
  const drawn = series.map(({ name }, index) => {
    const points = (columns.get(name) ?? []).map((value, at) => {
      const share = scale.at(value);
      return share === undefined ? undefined : `${round(xOf(times[at] ?? 0))} ${round(yOf(share))}`;
    });
    const path = pathOf(points);
    return path === '' ? undefined : markup`<path class="s s${index % 6}" d="${path}"/>\n`;
  });
  return markup`${drawn}`;
}

/** A line that is broken where nothing was measured. */
function pathOf(points: readonly (string | undefined)[]): string {
  let isDrawing = false;
  let path = '';
  for (const point of points) {
    if (point !== undefined) path += `${isDrawing ? 'L' : 'M'}${point}`;
    isDrawing = point !== undefined;
  }
  return path;
}

/** As short as it can be: `100 s`, where a table says `1 min 40 s`. */
function tickText(value: number, unit: Chart['unit']): string {
  if (unit !== 'ms' || value < 60_000 || value % 60_000 === 0) return formatValue(value, unit);
  return `${formatValue(value / 1_000, 'count')} s`;
}

/** A tenth of a pixel is seen by nobody. */
const round = (value: number): number => Math.round(value * 10) / 10;
