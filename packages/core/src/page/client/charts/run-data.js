/** What the charts are drawn from; see `ChartData`. */
export let data;

/** First and last second of the run's time axis. */
export let fullRange;

/** Takes another run. */
export function setRun(next) {
  data = next;
  fullRange = [data.startMs / 1000, (data.startMs + data.spanMs) / 1000];
}

/** Seconds since 1970 of a virtual time of the record. */
export const secondsAt = (atMs) => (data.startMs + atMs) / 1000;
