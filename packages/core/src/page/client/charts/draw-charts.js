import { addChart } from './chart.js';
import { secondsAt, setRun } from './run-data.js';
import { plots, reset, startZoom, zoomBy, zoomTo, zoomToFaults } from './zoom.js';

const zooms = {
  in: () => zoomBy(0.5),
  out: () => zoomBy(2),
  fault: zoomToFaults,
  reset,
};
/** Draws the charts of a run whose views stand in the document, and wakes their buttons. */
export function drawCharts(run) {
  setRun(run);
  startZoom();
  for (const phase of run.phases) phase.seconds = phase.times.map(secondsAt);
  for (const figureElement of document.querySelectorAll('.chart')) addChart(figureElement);
  for (const button of document.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', zooms[button.dataset.zoom]);
  }
  for (const time of document.querySelectorAll('.timeline time')) addTimeButton(time);
  for (const button of document.querySelectorAll('#views .copy')) {
    button.addEventListener('click', () => void copy(button));
  }
}

function addTimeButton(time) {
  const at = secondsAt(Number(time.dataset.at));
  const button = document.createElement('button');
  button.type = 'button';
  button.title = 'Show in the charts';
  button.textContent = time.textContent;
  button.addEventListener('click', () => {
    zoomTo(at - 120, at + 120);
    document.querySelector('#charts').scrollIntoView();
  });
  time.replaceChildren(button);
}

/** Copies the command beside a button, or selects it where that is not allowed. */
export async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector('code'));
    button.textContent = 'Selected';
  }
  setTimeout(() => (button.textContent = 'Copy'), 2000);
}

// Colours are read when a chart is drawn: draw again when they change.

const root = document.documentElement;
const redraw = () => plots.forEach((plot) => plot.redraw());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
addEventListener('beforeprint', () => {
  root.dataset.print = '';
  redraw();
});
addEventListener('afterprint', () => {
  delete root.dataset.print;
  redraw();
});
