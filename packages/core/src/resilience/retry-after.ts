/** Causes and responses may be nested, and nothing keeps them from naming each other. */
const deepest = 8;

/**
 * When an error, or a response, says to come back: its `retryAfterMs`, as the errors of an open
 * breaker and of a rate limit have it, or a `Retry-After` header, its own or that of its `response`,
 * or what its cause says. In milliseconds from now; `undefined` when it says nothing that can be read.
 *
 * @param nowMs Milliseconds since 1970, against which a date is read.
 */
export function retryAfterMsOf(source: unknown, nowMs: number = Date.now()): number | undefined {
  return read(source, nowMs, deepest);
}

function read(source: unknown, nowMs: number, depth: number): number | undefined {
  if (typeof source !== 'object' || source === null || depth === 0) return undefined;
  const { retryAfterMs, headers, response, cause }: Fields = source;
  if (typeof retryAfterMs === 'number') return retryAfterMs >= 0 ? retryAfterMs : undefined;
  const header = headerOf(headers);
  if (header !== undefined) return parseRetryAfter(header, nowMs);
  return read(response, nowMs, depth - 1) ?? read(cause, nowMs, depth - 1);
}

interface Fields {
  readonly retryAfterMs?: unknown;
  readonly headers?: unknown;
  readonly response?: unknown;
  readonly cause?: unknown;
}

/** From what `fetch` has, and from the plain record of other clients, in any case. */
function headerOf(headers: unknown): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  if (headers instanceof Headers) return headers.get('retry-after') ?? undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== 'retry-after') continue;
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' || typeof first === 'number' ? String(first) : undefined;
  }
  return undefined;
}

/**
 * Milliseconds until the moment that a `Retry-After` names, 0 when it is over (RFC 9110, 10.2.3): whole
 * seconds, or a date in any of the three forms that HTTP knows. `undefined` for anything else.
 *
 * @param nowMs Milliseconds since 1970.
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const atMs = parseHttpDate(text, nowMs);
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs);
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Sun, 06 Nov 1994 08:49:37 GMT`, and the two obsolete forms (RFC 9110, 5.6.7). */
const forms: readonly RegExp[] = [
  /^[A-Z][a-z]{2}, (?<day>\d\d) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>[\d:]{8}) GMT$/,
  /^[A-Z][a-z]{5,8}, (?<day>\d\d)-(?<month>[A-Z][a-z]{2})-(?<year>\d\d) (?<time>[\d:]{8}) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>[\d:]{8}) (?<year>\d{4})$/,
];

function parseHttpDate(text: string, nowMs: number): number | undefined {
  for (const form of forms) {
    const { day, month, year, time } = form.exec(text)?.groups ?? {};
    if (day === undefined || month === undefined || year === undefined) continue;
    const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d)$/.exec(time ?? '') ?? [];
    const date = [fullYear(Number(year), nowMs), months.indexOf(month), Number(day)] as const;
    const atMs = Date.UTC(...date, Number(hours), Number(minutes), Number(seconds));
    // A 30th of February is no date: it would turn into one of March.
    return new Date(atMs).getUTCDate() === Number(day) && date[1] >= 0 ? atMs : undefined;
  }
  return undefined;
}

/** Two digits that would lie more than fifty years ahead mean the century before. */
function fullYear(year: number, nowMs: number): number {
  if (year > 99) return year;
  const thisYear = new Date(nowMs).getUTCFullYear();
  const guess = thisYear - (thisYear % 100) + year;
  return guess > thisYear + 50 ? guess - 100 : guess;
}
