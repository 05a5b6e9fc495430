import type { Unit } from './record.ts';

const missing = '–';

function group(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Fixed decimals with thousands grouped, and no trailing zeros: `9412.5` becomes `9,412.5`. */
function plainNumber(value: number, decimals: number): string {
  const [whole = '0', fraction = ''] = Math.abs(value).toFixed(decimals).split('.');
  const kept = fraction.replace(/0+$/, '');
  const text = group(whole) + (kept === '' ? '' : `.${kept}`);
  return value < 0 && text !== '0' ? `-${text}` : text;
}

/** About three significant digits, as many decimals as that takes. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95 || size === 0) return plainNumber(value, 0);
  if (size >= 9.995) return plainNumber(value, 1);
  if (size >= 0.1) return plainNumber(value, 2);
  return Number(value.toPrecision(2)).toString();
}

function withSuffix(value: number, steps: readonly (readonly [number, string])[]): string {
  const [limit, suffix] = steps.find(([from]) => Math.abs(value) >= from * 0.9995) ?? [1, ''];
  return threeDigits(value / limit) + suffix;
}

const pad = (value: number): string => String(value).padStart(2, '0');

/**
 * A length of time for people: `0.42 ms`, `412 ms`, `12.9 s`, `4 min 12 s`, `1 h 04 min`.
 *
 * @param ms milliseconds
 */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 999.5) return `${threeDigits(ms)} ms`;
  if (ms < 59_950) return `${plainNumber(ms / 1000, ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3_600) {
    const rest = seconds % 60;
    return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${pad(rest)} s`}`;
  }
  const minutes = Math.round(seconds / 60);
  const rest = minutes % 60;
  return `${group(String(Math.floor(minutes / 60)))} h${rest === 0 ? '' : ` ${pad(rest)} min`}`;
}

function formatRatio(value: number): string {
  const percent = value * 100;
  // 99.97 % must not read as 100 %: a failure that happened stays visible.
  for (let decimals = 1; decimals < 6; decimals += 1) {
    const rounded = Number(percent.toFixed(decimals));
    if ((rounded !== 100 && rounded !== 0) || rounded === percent) return `${rounded} %`;
  }
  return `${threeDigits(percent)} %`;
}

function formatUsd(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  if (size < 99.995) return `${sign}$${size.toFixed(2).replace(/\.00$/, '')}`;
  if (size < 99_999.5) return `${sign}$${plainNumber(size, 0)}`;
  const steps = [
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const;
  return `${sign}$${withSuffix(size, steps)}`;
}

function formatCount(value: number): string {
  if (Math.abs(value) >= 9_999_999.5) {
    const steps = [
      [1e9, 'B'],
      [1e6, 'M'],
    ] as const;
    return withSuffix(value, steps);
  }
  return Number.isInteger(value) ? plainNumber(value, 0) : threeDigits(value);
}

function formatBytes(value: number): string {
  const steps = [
    [1e9, ' GB'],
    [1e6, ' MB'],
    [1e3, ' kB'],
    [0, ' B'],
  ] as const;
  const [limit, suffix] = steps.find(([from]) => Math.abs(value) >= from) ?? [1, ' B'];
  return threeDigits(value / (limit === 0 ? 1 : limit)) + suffix;
}

const formats: Readonly<Record<Unit, (value: number) => string>> = {
  count: formatCount,
  'per-second': (value) => `${formatCount(Math.abs(value) >= 10 ? Math.round(value) : value)} /s`,
  ms: formatDuration,
  ratio: formatRatio,
  usd: formatUsd,
  bytes: formatBytes,
};

/**
 * One figure with its unit, for people: `9,412`, `118 /s`, `12.9 s`, `3.1 %`, `$1.24M`, `1.2 MB`.
 * A figure that is missing (`undefined`, `null`, `NaN`) is a dash.
 */
export function formatValue(value: number | null | undefined, unit: Unit): string {
  if (value === undefined || value === null || Number.isNaN(value)) return missing;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  return formats[unit](value);
}

/**
 * The virtual wall clock (UTC) as `14:18:03`.
 *
 * @param startsAt `run.started.startsAt`
 * @param atMs virtual milliseconds since then
 */
export function formatClock(startsAt: string, atMs: number): string {
  return new Date(Date.parse(startsAt) + atMs).toISOString().slice(11, 19);
}

/** The virtual date as `2025-11-28`. */
export function formatDate(startsAt: string): string {
  return new Date(startsAt).toISOString().slice(0, 10);
}

/** A machine's name as words: `pool-exhausted` and `poolExhausted` become `pool exhausted`. */
export function formatName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .toLowerCase();
}

/** `1 check`, `2 checks`, `0 entries`; a noun of several words has its last one in the plural. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${count === 1 ? noun : pluralOf(noun)}`;
}

/** The regular plural of an English noun. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
