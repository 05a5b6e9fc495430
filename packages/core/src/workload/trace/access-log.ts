import { TraceError } from '../errors.ts';
import type { ColumnOptions, TraceColumns } from './columns.ts';
import { JsonRecord, shorten, type TraceRecord } from './trace-record.ts';
import { readColumnName } from './units.ts';

/** A log of one line a request, whose format is known. */
export interface AccessLog {
  readonly columns: TraceColumns;
  /** Undefined for a line of another format. */
  readonly read: (text: string, line: number) => TraceRecord | undefined;
}

/**
 * The access log whose first line this is: of an Elastic Load Balancer, or in the common or combined
 * format of Apache and nginx, with a duration behind it; undefined when it is none.
 *
 * @throws TraceError for a number at the end of the line whose unit nobody can tell
 */
export function accessLogOf(
  file: string,
  text: string,
  line: number,
  options: ColumnOptions,
): AccessLog | undefined {
  if (loadBalancer.test(text)) return loadBalancerLog(text);
  return commonLine.test(text) ? commonLog(file, text, line, options) : undefined;
}

/** Type (not in the classic one), time, name, client and target. */
const loadBalancer =
  /^(?:(?:https?|h2|grpcs?|wss?|tls) )?(\d{4}-\d\d-\d\dT[\d:.]+Z) (\S+) (\S+:\d+|-) (\S+:\d+|-) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) /;
const creation = / (\d{4}-\d\d-\d\dT[\d:.]+Z) /g;

/**
 * The time of a line is that of the answer; newer ones have the time of the request too. The duration
 * is that of all three parts; -1 in one of them is a request that no target has answered.
 */
function loadBalancerLog(first: string): AccessLog {
  return {
    columns: {
      tool: 'load balancer',
      time: { name: 'time' },
      timeIs: createdIn(first) === undefined ? 'end' : 'start',
      duration: { name: 'duration', unit: 's' },
      takes: (record) => record.value('duration') !== undefined,
    },
    read(text, line) {
      const match = loadBalancer.exec(text);
      if (match === null) return undefined;
      const [, time, , , , ...parts] = match;
      const seconds = parts.map(Number);
      const duration = seconds.includes(-1)
        ? undefined
        : seconds.reduce((sum, part) => sum + part, 0).toFixed(6);
      return new JsonRecord(line, { time: createdIn(text) ?? time, duration });
    },
  };
}

/** A second time in the line is that of the request. */
function createdIn(text: string): string | undefined {
  return [...text.matchAll(creation)][1]?.[1];
}

/** Client, two names, [time], "request", status, bytes; Apache may put the host before it all. */
const commonLine =
  /^(?:\S+ )?\S+ \S+ (?:\S+|.+?) \[([^\]]+)\] "(?:[^"\\]|\\.)*" (?:\d{3}|-) (?:\d+|-)(?: (.*))?$/;
const token = /"(?:[^"\\]|\\.)*"|\S+/g;

/**
 * Behind the combined format stands what its administrator has added: `rt=0.047`, or a number. Three
 * digits behind the point are the seconds of nginx; a whole number may be anything.
 */
function commonLog(
  file: string,
  first: string,
  line: number,
  options: ColumnOptions,
): AccessLog | undefined {
  const added = addedTo(first);
  const named = added.map(keyOf).find((key) => key !== undefined && isDuration(key));
  const wanted = options.durationField ?? named;
  const found = durationIn(added, wanted);
  const remedy =
    'Add the duration to each line: "rt=$request_time" in the log_format of nginx, ' +
    '"duration_us=%D" in the LogFormat of Apache.';
  const base = {
    tool: 'access log',
    time: { name: 'time' },
    durationRemedy: remedy,
    takes: (record: TraceRecord) =>
      !options.needsDurations || record.value('duration') !== undefined,
  } as const;
  const read: AccessLog['read'] = (text, at) => {
    const match = commonLine.exec(text);
    if (match === null) return undefined;
    const duration = durationIn(addedTo(text), wanted);
    return new JsonRecord(at, {
      time: match[1],
      duration: duration === '-' ? undefined : duration,
    });
  };
  if (found === undefined) return { columns: { ...base, timeIs: 'start', takes: all }, read };
  const isNginx = /^\d+\.\d{3}$/.test(found);
  const unit =
    options.durationUnit ??
    (wanted === undefined ? undefined : readColumnName(wanted).unit) ??
    (isNginx || found === '-' ? 's' : undefined);
  if (unit === undefined && options.needsDurations) {
    throw new TraceError({
      file,
      line,
      field: wanted ?? 'duration',
      found: `the line ends with ${shorten(found)}, and nothing says whether that is a duration, and of what`,
      remedy:
        (options.hasFlags === true
          ? 'Add --duration-unit=us if it is %D of Apache, s if it is %T. Or name '
          : 'Name ') + 'it in the log: duration_us=%D.',
    });
  }
  const duration = { name: 'duration', unit };
  return { columns: { ...base, duration, timeIs: isNginx ? 'end' : 'start' }, read };
}

const all = (): boolean => true;

/** What stands behind the status and the bytes, but referrer and browser. */
function addedTo(text: string): string[] {
  const rest = commonLine.exec(text)?.[1 + 1] ?? '';
  const tokens: string[] = rest.match(token) ?? [];
  const isCombined = tokens[0]?.startsWith('"') === true && tokens[1]?.startsWith('"') === true;
  return isCombined ? tokens.slice(2) : tokens;
}

function keyOf(part: string): string | undefined {
  return /^([\w-]+)=/.exec(part)?.[1];
}

function isDuration(key: string): boolean {
  return /^(rt|request_time|req_time|d|dur|duration|took|time|elapsed|latency)$/i.test(
    readColumnName(key).stem,
  );
}

/** The value under this name, or the last number without a name. */
function durationIn(added: readonly string[], name: string | undefined): string | undefined {
  const found =
    name === undefined
      ? added.findLast((part) => /^"?(?:\d+(?:\.\d+)?|-)"?$/.test(part))
      : added.find((part) => keyOf(part) === name)?.slice(name.length + 1);
  return found?.replaceAll('"', '');
}
