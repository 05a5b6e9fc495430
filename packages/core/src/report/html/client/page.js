import { addChart } from './chart.js';
import { data, secondsAt } from './run-data.js';
import { unpack } from './unpack.js';
import { plots, reset, zoomBy, zoomTo, zoomToFaults } from './zoom.js';

const root = document.documentElement;
root.classList.add('scripted');

for (const phase of data.phases) {
  phase.seconds = unpack(phase.times).map(secondsAt);
}
for (const figureElement of document.querySelectorAll('.chart')) addChart(figureElement);

// Buttons.

const zooms = {
  in: () => zoomBy(0.5),
  out: () => zoomBy(2),
  fault: zoomToFaults,
  reset,
};
for (const button of document.querySelectorAll('[data-zoom]')) {
  button.addEventListener('click', zooms[button.dataset.zoom]);
}

for (const time of document.querySelectorAll('.timeline time')) {
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

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector('code'));
    button.textContent = 'Selected';
  }
  setTimeout(() => (button.textContent = 'Copy'), 2000);
}

for (const button of document.querySelectorAll('.copy')) {
  button.addEventListener('click', () => void copy(button));
}

// Colours are read when a chart is drawn: draw again when they change.

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
