/** What the page was made from; see `ChartData`. */
export const data = JSON.parse(document.querySelector('#run-data').textContent);

/** First and last second of the run's time axis. */
export const fullRange = [data.startMs / 1000, (data.startMs + data.spanMs) / 1000];

/** Seconds since 1970 of a virtual time of the record. */
export const secondsAt = (atMs) => (data.startMs + atMs) / 1000;
