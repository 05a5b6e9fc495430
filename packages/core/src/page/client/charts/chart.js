/* global uPlot */
import { plotOptions } from './plot-options.js';
import { data } from './run-data.js';
import { yRange } from './scale.js';
import { plots, reset, zoomBy } from './zoom.js';

function moveCursor(plot, element, key) {
  const width = plot.over.clientWidth;
  const at = plot.cursor.left >= 0 ? plot.cursor.left : width / 2;
  const step = key === 'ArrowLeft' ? -width / 100 : width / 100;
  plot.setCursor({
    left: Math.min(width - 1, Math.max(0, at + step)),
    top: element.clientHeight / 2,
  });
}

function onKey(plot, element, event) {
  const at = plot.cursor.left >= 0 ? plot.posToVal(plot.cursor.left, 'x') : undefined;
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') moveCursor(plot, element, event.key);
  else if (event.key === '+' || event.key === '=') zoomBy(0.5, at);
  else if (event.key === '-') zoomBy(2, at);
  else if (event.key === '0') reset();
  else return;
  event.preventDefault();
}

function addLegend(figureElement, chart, columns, own) {
  const legend = figureElement.querySelector('.legend');
  for (const [index, one] of chart.shown.entries()) {
    const button = document.createElement('button');
    const swatch = document.createElement('i');
    button.type = 'button';
    button.setAttribute('aria-pressed', 'true');
    button.style.setProperty('--color', `var(--s${index % 6})`);
    button.append(swatch, one.label);
    button.addEventListener('click', () => {
      one.show = !one.show;
      button.setAttribute('aria-pressed', String(one.show));
      chart.range = yRange(chart, chart.shown, columns);
      for (const plot of own) plot.setSeries(index + 1, { show: one.show });
    });
    legend.append(button);
  }
}

/** Draws one chart in every phase, with a legend that they share. */
export function addChart(figureElement) {
  const found = data.charts.find(({ id }) => id === figureElement.dataset.chart);
  const chart = {
    ...found,
    shown: data.series
      .filter((one) => one.chart === found.id)
      .map((one) => Object.assign({ show: true }, one)),
  };
  const isLog = chart.scale === 'log';
  const columns = data.phases.map((phase) =>
    chart.shown.map(({ name }) => {
      const values = phase.columns[name] ?? phase.seconds.map(() => null);
      // A logarithm of zero has no place in the chart.
      return isLog ? values.map((value) => (value > 0 ? value : null)) : values;
    }),
  );
  chart.range = yRange(chart, chart.shown, columns);
  const own = [];
  for (const [index, element] of [...figureElement.querySelectorAll('.plot')].entries()) {
    const phase = data.phases[index];
    const output = element.parentElement.querySelector('.readout');
    const size = { width: element.clientWidth, height: element.clientHeight };
    const plot = new uPlot(
      plotOptions(chart, phase, size, output),
      [phase.seconds, ...columns[index]],
      element,
    );
    element.addEventListener('keydown', (event) => onKey(plot, element, event));
    new ResizeObserver(() => {
      if (element.clientWidth > 0) {
        plot.setSize({ width: element.clientWidth, height: element.clientHeight });
      }
    }).observe(element);
    own.push(plot);
  }
  addLegend(figureElement, chart, columns, own);
  plots.push(...own);
}
