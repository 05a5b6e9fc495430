/* global uPlot */
const { sweeps, figures } = JSON.parse(document.querySelector('#plan-data').textContent);
const root = document.documentElement;
root.classList.add('scripted');

const color = (name) => getComputedStyle(root).getPropertyValue(name).trim();

const short = (value) => Number(value.toPrecision(3)).toLocaleString('en-US');
const write = {
  ratio: (value) => `${short(100 * value)} %`,
  ms: (value) => `${short(value)} ms`,
};

/** A dashed line where the plan stands, and a dot on each line there. */
function drawChosen(plot, sweep) {
  const { ctx, bbox } = plot;
  const left = plot.valToPos(sweep.chosen, 'x', true);
  ctx.save();
  ctx.strokeStyle = color('--soft');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(left, bbox.top);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
  for (let index = 1; index < plot.series.length; index += 1) {
    const value = valueAt(plot.data[0], plot.data[index], sweep.chosen);
    ctx.fillStyle = color(`--s${(index - 1) % 6}`);
    ctx.beginPath();
    ctx.arc(left, plot.valToPos(value, 'y', true), 4 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** On the straight line between the two nearest points. */
function valueAt(xs, ys, x) {
  const next = Math.max(
    1,
    xs.findIndex((value) => value >= x),
  );
  const share = (x - xs[next - 1]) / (xs[next] - xs[next - 1]);
  return ys[next - 1] + share * (ys[next] - ys[next - 1]);
}

const axis = () => ({
  stroke: () => color('--soft'),
  grid: { stroke: () => color('--line'), width: 1 },
  ticks: { stroke: () => color('--line'), width: 1, size: 4 },
  font: '11px system-ui, "DejaVu Sans", sans-serif',
});

function readout(output, plot, sweep, unit) {
  const { idx } = plot.cursor;
  output.textContent =
    idx === null || idx === undefined
      ? ''
      : `${short(sweep.x[idx])}: ${plot.data
          .slice(1)
          .map((values) => write[unit](values[idx]))
          .join(' · ')}`;
}

function addPlot(element) {
  const sweep = sweeps.find(({ id }) => id === element.dataset.sweep);
  const { figure, unit } = figures.find((one) => one.figure === element.dataset.figure);
  const output = element.closest('figure').querySelector('output');
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      padding: [12, 24, 0, 0],
      legend: { show: false },
      scales: {
        x: { time: false },
        y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] },
      },
      series: [
        {},
        ...sweep.lines.map((line, index) => ({
          label: line.label,
          stroke: () => color(`--s${index % 6}`),
          width: 2,
          points: { show: false },
        })),
      ],
      axes: [
        { ...axis(), size: 30, values: (_, splits) => splits.map(short) },
        { ...axis(), size: 64, values: (_, splits) => splits.map(write[unit]) },
      ],
      cursor: { y: false, points: { size: 6 }, sync: { key: sweep.id, scales: ['x', null] } },
      hooks: {
        draw: [(drawn) => drawChosen(drawn, sweep)],
        setCursor: [(moved) => readout(output, moved, sweep, unit)],
      },
    },
    [sweep.x, ...sweep.lines.map((line) => line[figure])],
    element,
  );
  new ResizeObserver(() => {
    if (element.clientWidth > 0) {
      plot.setSize({ width: element.clientWidth, height: element.clientHeight });
    }
  }).observe(element);
  return plot;
}

const plots = [...document.querySelectorAll('.plot')].map(addPlot);
// Colours are read when a chart is drawn: draw again when they change.
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const plot of plots) plot.redraw();
});
