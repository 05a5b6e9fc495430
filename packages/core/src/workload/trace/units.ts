/** Units in which traces count time. */
export const traceUnits = ['s', 'ms', 'us', 'ns'] as const;
/** A unit in which a trace counts time. */
export type TraceUnit = (typeof traceUnits)[number];

/** One of each, in milliseconds. */
export const unitMs: Readonly<Record<TraceUnit, number>> = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };

export const unitNames: Readonly<Record<TraceUnit, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
};

const unitWords: Readonly<Record<string, TraceUnit>> = {
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  ms: 'ms',
  msec: 'ms',
  msecs: 'ms',
  millis: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  us: 'us',
  µs: 'us',
  μs: 'us',
  usec: 'us',
  usecs: 'us',
  micros: 'us',
  microsecond: 'us',
  microseconds: 'us',
  ns: 'ns',
  nsec: 'ns',
  nano: 'ns',
  nanos: 'ns',
  nanosecond: 'ns',
  nanoseconds: 'ns',
};

/** What a column is called, without its unit, and the unit that its name states. */
export interface NamedQuantity {
  /** In lower case and without separators: `start_time_unix_nano` is `starttime`. */
  readonly stem: string;
  readonly unit: TraceUnit | undefined;
}

/** Reads a name such as `durationMs`, `request_time_seconds`, `Duration (ms)` or `startTimeUnixNano`. */
export function readColumnName(name: string): NamedQuantity {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '' && !noise.has(word));
  const unit = words.length > 1 ? unitOfWord(words.at(-1) ?? '') : undefined;
  return { stem: (unit === undefined ? words : words.slice(0, -1)).join(''), unit };
}

/**
 * The same, if it is one of these quantities. A name in one piece is taken apart where that makes it one:
 * `ATMS`, `durationms`; an s at its end may be a plural, and is not.
 */
export function quantityIn(name: string, stems: ReadonlySet<string>): NamedQuantity | undefined {
  const read = readColumnName(name);
  if (stems.has(read.stem)) return read;
  const [, stem = '', word = ''] =
    /^(.+?)(ms|us|ns|millis|micros|nanos|seconds|sec)$/.exec(
      read.unit === undefined ? read.stem : '',
    ) ?? [];
  return stems.has(stem) ? { stem, unit: unitOfWord(word) } : undefined;
}

/** Words that say where a time comes from, and nothing about which one it is. */
const noise: ReadonlySet<string> = new Set(['unix', 'epoch', 'utc', 'gmt', 'in', 'since']);

/** The unit behind a number, as in `47ms`. */
export function unitOfWord(word: string): TraceUnit | undefined {
  return Object.hasOwn(unitWords, word) ? unitWords[word] : undefined;
}

/** The years 2000 to 2100, in seconds since 1970. */
const epochSeconds = { from: 946_684_800, to: 4_102_444_800 };

/**
 * The unit in which this number would be a time since 1970 in our days; undefined when it is in none.
 * The ranges lie a factor of 230 apart, so that no number has two.
 */
export function epochUnit(value: number): TraceUnit | undefined {
  return traceUnits.find((unit) => {
    const seconds = (value * unitMs[unit]) / 1_000;
    return seconds >= epochSeconds.from && seconds < epochSeconds.to;
  });
}
