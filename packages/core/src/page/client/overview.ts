import type { RunStarted, Series } from '../../scenario/record.ts';
import { formatClock, formatValue } from '../../scenario/format.ts';
import type { RunState } from '../../report/run-state.ts';
import { faultLanes, type Line, linesOf, noReturnAt, phaseColors } from '../overview-data.ts';
import { tellingSeries } from '../telling-series.ts';
import { byId, element, setOptions } from './elements.ts';

export interface OverviewOptions {
  /** What a run is compared with, such as "the run before". */
  readonly against: string;
  /** A moment was clicked, in virtual ms. */
  readonly onMoment: (atMs: number) => void;
  /** A window was dragged, in virtual ms; without it none can be. */
  readonly onWindow?: ((fromMs: number, toMs: number) => void) | undefined;
}

/** The one chart: a line for each phase, the run before as ghosts, faults as lanes, the moment as a mark. */
export interface Overview {
  /** Draws a run as far as it is known. `before`: the run that it is to be compared with. */
  show(state: RunState, before?: RunState): void;
  moveTo(atMs: number): void;
  /** Shows a series, by its name, until another one is chosen. */
  choose(series: string): void;
}

const second = 1_000;
const minute = 60 * second;
/** Steps of the time axis, in ms, the smallest first: uPlot looks for the first that has room. */
const steps = [second, minute, 60 * minute].flatMap((unit) =>
  [1, 2, 5, 10, 15, 30].map((n) => n * unit),
);
const axisWidth = 74;
const edge = 16;
const font = '12px system-ui, "DejaVu Sans", sans-serif';

const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function createOverview({ against, onMoment, onWindow }: OverviewOptions): Overview {
  const root = byId('overview', HTMLElement);
  const place = byId('overview-plot', HTMLElement);
  const select = byId('series', HTMLSelectElement);
  const mark = element('div', '', { class: 'moment-mark' });
  const noReturn = element('div', 'point of no return', { class: 'no-return' });
  let plot: uPlot | undefined;
  let run: { readonly state: RunState; readonly before: RunState | undefined } | undefined;
  /** What the reader chose; the telling one until then. */
  let chosen: string | undefined;
  let offered = '';
  let drawn = '';
  let momentMs = 0;

  function choose(series: string): void {
    chosen = series;
    if (run !== undefined) show(run.state, run.before);
  }
  select.addEventListener('change', () => choose(select.value));
  new ResizeObserver(() => {
    plot?.setSize({ width: place.clientWidth, height: place.clientHeight });
    placeMark();
  }).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot?.redraw());

  function seriesOf(state: RunState): Series | undefined {
    const all = state.started?.series ?? [];
    return all.find(({ name }) => name === chosen) ?? tellingSeries(state) ?? all[0];
  }

  function show(state: RunState, before?: RunState): void {
    run = { state, before };
    const { started } = state;
    const series = seriesOf(state);
    if (started === undefined || series === undefined) return;
    root.hidden = false;
    const names = started.series.map(({ name, label }) => [name, label] as const);
    // Not anew for each part of a run under way: the list may be open.
    if (names.map(([name]) => name).join() !== offered) {
      offered = names.map(([name]) => name).join();
      setOptions(select, names);
    }
    select.value = series.name;
    const lines = linesOf(state, before, series.name);
    if (lines.length === 0) return;
    const data = uPlot.join(lines.map(({ times, values }) => [[...times], [...values]]));
    const kind = JSON.stringify([series.name, started.startsAt, lines.map(({ look }) => look)]);
    if (plot !== undefined && kind === drawn) {
      plot.setData(data);
    } else {
      drawn = kind;
      plot?.destroy();
      plot = new uPlot(options(started, state, series, lines), data, place);
      plot.over.append(mark, noReturn);
    }
    showLegend(lines, against);
    showLanes(state, endOf(started, state));
    placeMark();
  }

  function options(
    started: RunStarted,
    state: RunState,
    series: Series,
    lines: readonly Line[],
  ): uPlot.Options {
    const isLog = started.charts.find(({ id }) => id === series.chart)?.scale === 'log';
    const axis = {
      stroke: () => color('--soft'),
      grid: { stroke: () => color('--line'), width: 1 },
      ticks: { stroke: () => color('--line'), width: 1, size: 4 },
      font,
    };
    return {
      width: place.clientWidth,
      height: place.clientHeight,
      padding: [18, edge, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [0, endOf(started, state)] },
        y: {
          // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- a const enum of declarations has no value
          distr: isLog ? 3 : 1,
          range: (_, low, high) => (isLog ? powers(low, high) : [0, Math.max(high, 1) * 1.1]),
        },
      },
      series: [
        {},
        ...lines.map(({ look, title }) => ({
          label: title,
          stroke: () => color(look.color),
          width: look.isGhost ? 1 : 2,
          ...(look.isGhost && { dash: [4, 4] }),
          spanGaps: true,
          points: { show: false },
        })),
      ],
      axes: [
        {
          ...axis,
          incrs: steps,
          space: 70,
          size: 30,
          values: (_, splits, __, ___, step) =>
            splits.map((at) => formatClock(started.startsAt, at).slice(0, step < minute ? 8 : 5)),
        },
        {
          ...axis,
          size: axisWidth,
          space: 36,
          values: (_, splits) =>
            splits.map((value) =>
              isLog && !Number.isInteger(Math.log10(value)) ? '' : formatValue(value, series.unit),
            ),
        },
      ],
      cursor: {
        y: false,
        drag: { x: onWindow !== undefined, y: false, setScale: false },
        points: { size: 7 },
      },
      hooks: {
        draw: [(drawnPlot) => drawSignals(drawnPlot, run?.state ?? state)],
        setCursor: [(drawnPlot) => readOut(drawnPlot, started, series, lines)],
        setSelect: [selected],
        ready: [
          ({ over }) => {
            over.addEventListener('click', (event) => {
              if (plot === undefined) return;
              const { left } = over.getBoundingClientRect();
              const toMs = plot.posToVal(event.clientX - left, 'x');
              if (!justSelected) onMoment(Math.round(toMs / second) * second);
              justSelected = false;
            });
          },
        ],
      },
    };
  }

  let justSelected = false;
  function selected(from: uPlot): void {
    const { left, width } = from.select;
    if (width < 4) return;
    justSelected = true;
    const at = (position: number): number =>
      Math.round(from.posToVal(position, 'x') / second) * second;
    onWindow?.(at(left), at(left + width));
  }

  function placeMark(): void {
    if (plot === undefined) return;
    mark.style.transform = `translateX(${plot.valToPos(momentMs, 'x')}px)`;
    const atMs = run === undefined ? undefined : noReturnAt(run.state);
    noReturn.hidden = atMs === undefined;
    if (atMs !== undefined) noReturn.style.left = `${plot.valToPos(atMs, 'x')}px`;
  }

  return {
    show,
    choose,
    moveTo(atMs) {
      momentMs = atMs;
      placeMark();
    },
  };
}

const endOf = ({ durationMs }: RunStarted, { phases }: RunState): number =>
  Math.max(durationMs, ...phases.map(({ atMs }) => atMs));

/** Whole powers of ten around the values. */
function powers(low: number | null, high: number | null): [number, number] {
  const least = low === null || low <= 0 ? 1 : low;
  const most = high === null || high <= least ? least * 10 : high;
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most * 1.05))];
}

/** Writes the figures under the pointer. */
function readOut(
  { cursor: { idx }, data }: uPlot,
  { startsAt }: RunStarted,
  { unit }: Series,
  lines: readonly Line[],
): void {
  const output = byId('readout', HTMLElement);
  const atMs = idx === null || idx === undefined ? undefined : data[0]?.[idx];
  if (idx === null || idx === undefined || atMs === undefined) {
    output.textContent = '';
    return;
  }
  const figures = lines.flatMap(({ title, look }, index) => {
    const value = data[index + 1]?.[idx];
    if (look.isGhost || value === undefined || value === null) return [];
    return [`${title} ${formatValue(value, unit)}`];
  });
  output.textContent = [formatClock(startsAt, atMs), ...figures].join(' · ');
}

/** A mark for each signal that says that something is wrong, over the plot. */
function drawSignals(plot: uPlot, { phases }: RunState): void {
  const { ctx, bbox } = plot;
  const size = 5 * uPlot.pxRatio;
  const colors = phaseColors(phases);
  for (const phase of phases) {
    ctx.fillStyle = color(colors.get(phase.id) ?? '');
    for (const event of phase.events) {
      if (event.kind !== 'signal' || event.severity === 'info') continue;
      const x = plot.valToPos(event.atMs, 'x', true);
      const top = bbox.top - 3 * size;
      ctx.beginPath();
      ctx.moveTo(x - size, top);
      ctx.lineTo(x + size, top);
      ctx.lineTo(x, top + 2 * size);
      ctx.fill();
    }
  }
}

function showLegend(lines: readonly Line[], against: string): void {
  byId('overview-legend', HTMLElement).replaceChildren(
    ...lines
      .filter(({ look }) => !look.isGhost)
      .map(({ title, look }) => {
        const item = element('li', title);
        item.style.setProperty('--color', `var(${look.color})`);
        return item;
      }),
    ...(lines.some(({ look }) => look.isGhost)
      ? [element('li', `dashed: ${against}`, { class: 'ghost' })]
      : []),
  );
}

function showLanes(state: RunState, endMs: number): void {
  byId('lanes', HTMLElement).replaceChildren(
    ...faultLanes(state, endMs).map(({ label, from, to }) => {
      const item = element('li');
      item.style.setProperty('--from', `${100 * from}%`);
      item.style.setProperty('--length', `${100 * (to - from)}%`);
      item.append(
        element('span', '', { class: 'lane-window' }),
        element('span', label, { class: 'lane-label', title: label }),
      );
      return item;
    }),
  );
}
