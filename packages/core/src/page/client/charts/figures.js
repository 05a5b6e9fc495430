function short(value) {
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

const pad = (number) => String(number).padStart(2, '0');

/** Seconds as the tables write them: `8 min 36 s`, `1 h 04 min`. */
function minutes(seconds) {
  const [unit, small, size, rest] =
    seconds < 3600
      ? ['min', 's', Math.floor(seconds / 60), seconds % 60]
      : ['h', 'min', Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return rest === 0 ? `${size} ${unit}` : `${size} ${unit} ${pad(rest)} ${small}`;
}

/** A figure beside an axis, as short as it can be: `100 s`, where a read-out says `1 min 40 s`. */
export function tick(value, unit) {
  if (unit !== 'ms' || value === null || value < 59950) return figure(value, unit);
  return value < 600000 ? `${short(value / 1000)} s` : `${short(value / 60000)} min`;
}

/** A figure as read-outs show it: shorter than in the tables. */
export function figure(value, unit) {
  if (value === null || value === undefined) return '–';
  if (unit === 'ms') {
    if (value >= 59950) return minutes(Math.round(value / 1000));
    return value >= 1000 ? `${short(value / 1000)} s` : `${short(value)} ms`;
  }
  if (unit === 'per-second') return `${short(value)} /s`;
  if (unit === 'ratio') return `${short(value * 100)} %`;
  if (unit === 'bytes') {
    if (value >= 1e9) return `${short(value / 1e9)} GB`;
    if (value >= 1e6) return `${short(value / 1e6)} MB`;
    return value >= 1e3 ? `${short(value / 1e3)} kB` : `${short(value)} B`;
  }
  if (unit === 'usd') {
    if (value >= 1e6) return `$${short(value / 1e6)}M`;
    return value >= 1e4 ? `$${short(value / 1e3)}k` : `$${short(value)}`;
  }
  return short(value);
}

/** The virtual clock (UTC) of seconds since 1970: `14:18` with a length of 5, `14:18:03` with 8. */
export function clock(seconds, length) {
  return new Date(seconds * 1000).toISOString().slice(11, 11 + length);
}

/** The value of a colour of the style sheet, dark or light as it is now. */
export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
