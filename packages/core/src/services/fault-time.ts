/** Where the virtual clock starts, and how long a run lasts: what times in text refer to. */
export interface RunTimes {
  /** UTC epoch milliseconds of virtual zero. */
  readonly startsAtMs: number;
  /** Virtual length of the run. */
  readonly durationMs: number;
  /** How long after it something is still due, which faults may strike. Default: 0. */
  readonly quietMs?: number;
}

const dayMs = 24 * 60 * 60_000;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a point in time as milliseconds since virtual zero: `14:18`, `14:18:30` (of the virtual
 * day, UTC; a time before the start is one of the next day) or `+90s`, `+5m`, `+500ms`, `+1h`.
 * `undefined` when it is neither.
 */
export function parseRunTime(text: string, { startsAtMs }: RunTimes): number | undefined {
  if (text.startsWith('+')) return parseDuration(text.slice(1), 'unit required');
  const match = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, hours, minutes, seconds = '0'] = match;
  const ofDayMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
  const offsetMs = ofDayMs - (startsAtMs % dayMs);
  return offsetMs < 0 ? offsetMs + dayMs : offsetMs;
}

/** Reads `90s`, `5m`, `500ms`, `1h`, or plain milliseconds; `undefined` when it is none. */
export function parseDuration(
  text: string,
  unit: 'unit required' | 'unit optional' = 'unit optional',
): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null || (match[2] === undefined && unit === 'unit required')) return undefined;
  return Number(match[1]) * (unitMs[match[2] ?? 'ms'] ?? 1);
}

/** The time of the virtual day, UTC: `14:18:00`. */
export function clockTime(offsetMs: number, { startsAtMs }: RunTimes): string {
  return new Date(startsAtMs + offsetMs).toISOString().slice(11, 19);
}
