import { data, fullRange, secondsAt } from './run-data.js';

/** Every chart of the page: they always show the same stretch of time. */
export const plots = [];

let range;

/** Shows the whole of a run that has just been taken. */
export function startZoom() {
  for (const plot of plots.splice(0)) plot.destroy();
  range = fullRange;
}

/** The stretch of time that the charts show, in seconds. */
export const shownRange = () => range;

export function zoomTo(min, max) {
  const width = Math.min(Math.max(max - min, 10), fullRange[1] - fullRange[0]);
  const from = Math.min(Math.max(min, fullRange[0]), fullRange[1] - width);
  range = [from, from + width];
  for (const plot of plots) plot.setScale('x', { min: range[0], max: range[1] });
}

export function zoomBy(factor, around) {
  const center = around ?? (range[0] + range[1]) / 2;
  zoomTo(center - (center - range[0]) * factor, center + (range[1] - center) * factor);
}

export const reset = () => zoomTo(...fullRange);

export function zoomToFaults() {
  const faults = data.phases.flatMap((phase) => phase.faults);
  if (faults.length === 0) return reset();
  const from = Math.min(...faults.map((fault) => fault.fromMs));
  const to = Math.max(...faults.map((fault) => fault.toMs));
  const margin = Math.max(30000, (to - from) * 0.25);
  return zoomTo(secondsAt(from - margin), secondsAt(to + margin));
}
