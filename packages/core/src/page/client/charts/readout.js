import { clock, figure } from './figures.js';
import { secondsAt } from './run-data.js';
import { shownRange } from './zoom.js';

/** Writes the figures under the cursor, and the signal next to it. */
export function readout(output, phase, plot, chart) {
  const { idx } = plot.cursor;
  output.replaceChildren();
  if (idx === null || idx === undefined) return;
  const at = plot.data[0][idx];
  const add = (tag, text) => {
    const element = document.createElement(tag);
    element.textContent = text;
    output.append(element, ' ');
    return element;
  };
  add('b', clock(at, 8));
  for (const [index, one] of chart.shown.entries()) {
    if (!one.show) continue;
    const item = add('span', `${one.label} `);
    const value = document.createElement('b');
    value.textContent = figure(plot.data[index + 1][idx], one.unit);
    item.append(value);
  }
  const [from, to] = shownRange();
  const near = 6 * ((to - from) / Math.max(1, plot.over.clientWidth));
  const signal = phase.signals.find(({ atMs }) => Math.abs(secondsAt(atMs) - at) <= near);
  if (signal) add('span', signal.text).style.whiteSpace = 'normal';
}
