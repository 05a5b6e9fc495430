import type { FaultKind } from './fault.ts';
import { parseDuration } from './fault-time.ts';

/** How one option of `--fault` is read: its field, what it looks like, and its value. */
interface FaultOption {
  readonly field: string;
  readonly looksLike: string;
  /** `undefined`: the text is no such value. */
  readonly read: (text: string) => string | number | boolean | undefined;
}

const number = (text: string): number | undefined => {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
};
const name = (text: string): string | undefined => (text === '' ? undefined : text);
const milliseconds = (field: string): FaultOption => ({
  field,
  looksLike: 'milliseconds or a duration, such as 500 or 2s',
  read: (text) => parseDuration(text),
});

const common: Readonly<Record<string, FaultOption>> = {
  id: { field: 'id', looksLike: 'a name', read: name },
  operation: { field: 'operation', looksLike: 'the name of an operation', read: name },
  share: {
    field: 'share',
    looksLike: 'a number from 0 to 1, such as 0.4',
    read: (text) => between(number(text), 0, 1),
  },
  of: {
    field: 'of',
    looksLike: 'calls or keys',
    read: (text) => (text === 'calls' || text === 'keys' ? text : undefined),
  },
};

const own: Readonly<Record<FaultKind, Readonly<Record<string, FaultOption>>>> = {
  hang: {},
  error: {
    status: {
      field: 'status',
      looksLike: 'an HTTP status from 400 to 599',
      read: (text) => (/^[45]\d\d$/.test(text) ? Number(text) : undefined),
    },
  },
  slow: {
    p50: milliseconds('p50Ms'),
    p99: milliseconds('p99Ms'),
    fixed: milliseconds('fixedMs'),
    factor: {
      field: 'factor',
      looksLike: 'a positive number, such as 10',
      read: (text) => between(number(text), 0.001, 1e6),
    },
  },
  reset: {
    performed: {
      field: 'performed',
      looksLike: 'true or false',
      read: (text) => (text === 'true' || text === 'false' ? text === 'true' : undefined),
    },
  },
  flap: { period: milliseconds('periodMs'), down: milliseconds('downMs') },
  duplicate: {
    copies: {
      field: 'copies',
      looksLike: 'an integer from 1 to 100',
      read: (text) => (/^\d+$/.test(text) ? between(Number(text), 1, 100) : undefined),
    },
  },
  reorder: { delay: milliseconds('delayMs') },
  'drop-response': {},
  cut: {},
  dribble: { for: milliseconds('forMs') },
  corrupt: {},
  partition: { process: { field: 'process', looksLike: 'the name of a process', read: name } },
  crash: {
    after: {
      field: 'after',
      looksLike: 'a service or one of its operations, such as database or database.save',
      read: name,
    },
  },
  clock: {
    by: {
      field: 'byMs',
      looksLike: 'milliseconds or a duration, ahead or behind, such as 4s or -4s',
      read: (text) => {
        const size = parseDuration(text.replace(/^-/, ''));
        return size !== undefined && text.startsWith('-') ? -size : size;
      },
    },
  },
};

/** The options that a fault of this kind may have, by their names in `--fault`. */
export function faultOptions(kind: FaultKind): Readonly<Record<string, FaultOption>> {
  return { ...own[kind], ...common };
}

function between(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
