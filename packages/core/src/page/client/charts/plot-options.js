import { clock, color, tick } from './figures.js';
import { drawFaultLabels, drawFaults, drawSignals } from './marks.js';
import { readout } from './readout.js';
import { powersOfTen } from './scale.js';
import { reset, shownRange, zoomTo } from './zoom.js';

/** The options of uPlot for one chart of one phase. */
export function plotOptions(chart, phase, size, output) {
  const isLog = chart.scale === 'log';
  const axis = {
    stroke: () => color('--soft'),
    grid: { stroke: () => color('--line'), width: 1 },
    ticks: { stroke: () => color('--line'), width: 1, size: 4 },
    font: '11px system-ui, "DejaVu Sans", sans-serif',
  };
  return {
    ...size,
    padding: [16, 22, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => shownRange() },
      y: { distr: isLog ? 3 : 1, range: () => chart.range },
    },
    series: [
      {},
      ...chart.shown.map((one, index) => ({
        label: one.label,
        show: one.show,
        stroke: () => color(`--s${index % 6}`),
        fill: () => (index === 0 && !isLog ? `${color('--s0')}1c` : null),
        width: 1.5,
        points: { show: false },
      })),
    ],
    axes: [
      {
        ...axis,
        incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200],
        space: 64,
        size: 30,
        values: (_, splits, __, ___, step) => splits.map((at) => clock(at, step < 60 ? 8 : 5)),
      },
      {
        ...axis,
        size: 62,
        space: 36,
        splits: isLog ? () => powersOfTen(chart.range) : undefined,
        filter: isLog ? (_, splits) => splits : undefined,
        values: (_, splits) => splits.map((value) => tick(value, chart.unit)),
      },
    ],
    cursor: {
      y: false,
      points: { size: 6 },
      sync: { key: 'run', scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => reset },
    },
    hooks: {
      drawClear: [(plot) => drawFaults(plot, phase)],
      draw: [(plot) => drawSignals(plot, phase), (plot) => drawFaultLabels(plot, phase)],
      setCursor: [(plot) => readout(output, phase, plot, chart)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoomTo(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
        },
      ],
    },
  };
}
