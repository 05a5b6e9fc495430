import { FaultSyntaxError } from './errors.ts';
import type { Fault, FaultKind } from './fault.ts';
import { faultOptions } from './fault-options.ts';
import { faultKindsOf, faultProblem, type FaultTarget, unfitKind } from './fault-targets.ts';
import { clockTime, parseRunTime, type RunTimes } from './fault-time.ts';
import { suggest } from './nearest.ts';
import { isFaultKind, validateFault } from './validate-fault.ts';

/** What a fault in text may refer to. */
export interface ParseFaultOptions extends RunTimes {
  /** The services, channels and processes that may be struck. */
  readonly targets: readonly FaultTarget[];
}

/**
 * Reads a fault from one argument of a command: `service:kind@from-to,option=value,…`, such as
 * `webhooks:hang@14:18-14:30,share=0.4,of=keys` or `gateway:slow@+60s-+5m,p50=2000,p99=4000`.
 *
 * @throws FaultSyntaxError naming the part, its value and what would be valid.
 */
export function parseFault(text: string, options: ParseFaultOptions): Fault {
  const match = /^([^:@,]*):([^@,]*)(?:@([^,]*))?(?:,(.*))?$/s.exec(text);
  if (match === null) throw noFault(text);
  const [, service = '', kind = '', window, rest] = match;
  const { targets } = options;
  const target = targets.find(({ name }) => name === service);
  if (target === undefined) {
    const names = targets.map(({ name }) => name);
    throw unknown(text, 'service', service, names);
  }
  if (!isFaultKind(kind)) throw unknown(text, 'kind', kind, faultKindsOf(target));
  const unfit = unfitKind(target, kind);
  if (unfit !== undefined)
    throw new FaultSyntaxError(text, 'kind', kind, unfit.cause, unfit.remedy);
  if (window === undefined) throw noFault(text);
  const fields = readOptions(text, kind, rest === undefined ? [] : rest.split(','));
  const fault: object = { kind, service, ...readWindow(text, window, options), ...nested(fields) };
  try {
    validateFault(fault);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new FaultSyntaxError(text, 'options', rest ?? '', uncapitalized(cause), example(kind));
  }
  const problem = faultProblem(fault, targets);
  if (problem === undefined) return fault;
  throw new FaultSyntaxError(text, 'options', rest ?? '', problem.cause, problem.remedy);
}

const noFault = (text: string): FaultSyntaxError =>
  new FaultSyntaxError(
    text,
    'form',
    text,
    'it is not of the form service:kind@from-to,option=value',
    'Write for example webhooks:hang@14:18-14:30,share=0.4.',
  );

function readWindow(
  text: string,
  window: string,
  times: RunTimes,
): { readonly fromMs: number; readonly toMs: number } {
  const [from = '', to, ...more] = window.split('-');
  if (to === undefined || more.length > 0) {
    throw new FaultSyntaxError(
      text,
      'time',
      window,
      `"${window}" is not of the form from-to`,
      'Write for example 14:18-14:30 or +60s-+5m.',
    );
  }
  const fromMs = readTime(text, from, times);
  const toMs = readTime(text, to, times);
  const { durationMs, quietMs = 0 } = times;
  const lastMs = durationMs + quietMs;
  const run = `${clockTime(0, times)} to ${clockTime(durationMs, times)}`;
  const quiet = quietMs > 0 ? `, and something may be due until +${lastMs / 1_000}s` : '';
  if (fromMs >= lastMs || toMs > lastMs) {
    const late = fromMs >= lastMs ? from : to;
    throw new FaultSyntaxError(
      text,
      'time',
      late,
      `"${late}" is not within the run`,
      `The run lasts from ${run} (+${durationMs / 1_000}s)${quiet}.`,
    );
  }
  if (toMs <= fromMs) {
    throw new FaultSyntaxError(
      text,
      'time',
      window,
      `"${window}" ends before it has begun`,
      'Put the earlier time first.',
    );
  }
  return { fromMs, toMs };
}

function readTime(text: string, value: string, times: RunTimes): number {
  const atMs = parseRunTime(value, times);
  if (atMs !== undefined) return atMs;
  throw new FaultSyntaxError(
    text,
    'time',
    value,
    `"${value}" is no time`,
    'Write a time of the virtual day (14:18 or 14:18:30) or one since the start (+90s, +5m).',
  );
}

type OptionFields = Readonly<Record<string, string | number | boolean>>;

function readOptions(text: string, kind: FaultKind, entries: readonly string[]): OptionFields {
  const known = faultOptions(kind);
  const fields: Record<string, string | number | boolean> = {};
  for (const entry of entries) {
    const [name = '', ...values] = entry.split('=');
    const value = values.join('=');
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    if (option === undefined) {
      throw unknown(text, `option of ${kind}`, name, Object.keys(known));
    }
    if (Object.hasOwn(fields, option.field)) {
      throw new FaultSyntaxError(text, name, value, `${name} is given twice`, 'Keep one.');
    }
    const read = option.read(value);
    if (read === undefined) {
      throw new FaultSyntaxError(
        text,
        name,
        value,
        `${name} is "${value}"`,
        `Give it ${option.looksLike}.`,
      );
    }
    fields[option.field] = read;
  }
  return fields;
}

/** The figures of a latency stand side by side in text, and in an object of their own in a fault. */
function nested({
  p50Ms,
  p99Ms,
  fixedMs,
  ...rest
}: OptionFields): Readonly<Record<string, unknown>> {
  const figures = Object.entries({ p50Ms, p99Ms: p99Ms ?? p50Ms, fixedMs });
  const given = figures.filter(([, figure]) => figure !== undefined);
  return given.length === 0 ? rest : { ...rest, latency: Object.fromEntries(given) };
}

function unknown(
  text: string,
  part: string,
  value: string,
  valid: readonly string[],
): FaultSyntaxError {
  return new FaultSyntaxError(text, part, value, `"${value}" is no ${part}`, suggest(value, valid));
}

const examples: Partial<Readonly<Record<FaultKind, string>>> = {
  slow: 'slow@+60s-+5m,p50=2000,p99=4000 or slow@+60s-+5m,factor=10',
  flap: 'flap@+60s-+5m,period=10s,down=2s',
  reorder: 'reorder@+60s-+5m,delay=2s',
  dribble: 'dribble@+60s-+5m,for=5s',
  partition: 'partition@+60s-+5m,process=app',
  clock: 'clock@+60s-+5m,by=30s',
};

function example(kind: FaultKind): string {
  const text = examples[kind];
  return text === undefined
    ? `The options of ${kind}: ${Object.keys(faultOptions(kind)).join(', ')}.`
    : `Write for example ${text}.`;
}

function uncapitalized(sentence: string): string {
  return (sentence.charAt(0).toLowerCase() + sentence.slice(1)).replace(/\.$/, '');
}
