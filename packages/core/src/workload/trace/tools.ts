import type { TraceColumns } from './columns.ts';
import { isObject, type TraceRecord } from './trace-record.ts';

/** A tool that writes records which can be told by their names. */
interface Tool {
  /** The columns, when this is one of its records. */
  recognise(record: TraceRecord): TraceColumns | undefined;
}

/** Whether all of these are there; a name with a dot reaches into an object. */
function has(record: TraceRecord, ...names: readonly string[]): boolean {
  return names.every((name) => record.value(name) !== undefined);
}

function isNamed(record: TraceRecord, ...names: readonly string[]): boolean {
  return names.every((name) => record.names.includes(name));
}

/** The requests of a k6 run, among its other metrics, as `--out csv` writes them. */
const k6Csv: Tool = {
  recognise: (record) =>
    isNamed(record, 'metric_name', 'timestamp', 'metric_value')
      ? {
          tool: 'k6',
          time: { name: 'timestamp' },
          timeIs: 'end',
          duration: { name: 'metric_value', unit: 'ms' },
          takes: (row) => row.value('metric_name') === 'http_req_duration',
        }
      : undefined,
};

/** The same, as `--out json` writes them. */
const k6Json: Tool = {
  recognise: (record) =>
    isNamed(record, 'type', 'metric', 'data') && isObject(record.value('data'))
      ? {
          tool: 'k6',
          time: { name: 'data.time' },
          timeIs: 'end',
          duration: { name: 'data.value', unit: 'ms' },
          takes: (row) =>
            row.value('type') === 'Point' && row.value('metric') === 'http_req_duration',
        }
      : undefined,
};

/** An access log of nginx with `escape=json`: variables keep their names, and seconds are its unit. */
const nginxJson: Tool = {
  recognise(record) {
    const time = ['msec', 'time_iso8601', 'time_local', '@timestamp', 'timestamp', 'time'].find(
      (name) => isNamed(record, name),
    );
    const isNginx = ['request_time', 'upstream_response_time', 'body_bytes_sent'].some((name) =>
      isNamed(record, name),
    );
    if (time === undefined || !isNginx) return undefined;
    return {
      tool: 'nginx',
      // "msec" is seconds with milliseconds behind the point.
      time: { name: time, ...(time === 'msec' && { unit: 's' }) },
      timeIs: 'end',
      ...(isNamed(record, 'request_time') && { duration: { name: 'request_time', unit: 's' } }),
      durationRemedy: 'Add $request_time to the log_format of nginx.',
    };
  },
};

const entered = { server: 2, consumer: 5 };

/**
 * A span counts when a server or a consumer handles it, or when it has no parent: what a request
 * calls in turn would be counted as a request of its own.
 */
function isEntry(kind: unknown, parent: unknown): boolean {
  if (typeof kind === 'string') {
    const name = kind.toLowerCase().replace('span_kind_', '');
    if (Object.hasOwn(entered, name) || name === '2' || name === '5') return true;
  }
  if (kind === entered.server || kind === entered.consumer) return true;
  return parent === undefined || (typeof parent === 'string' && /^0*$/.test(parent));
}

function firstOf(record: TraceRecord, ...names: readonly string[]): unknown {
  return names.map((name) => record.value(name)).find((value) => value !== undefined);
}

/** Spans of OpenTelemetry, one a record: as OTLP names them, or as exporters to files flatten them. */
const openTelemetry: Tool = {
  recognise(record) {
    const start = ['startTimeUnixNano', 'start_time_unix_nano'].find((name) => has(record, name));
    if (start === undefined) return undefined;
    const duration = ['durationNano', 'duration_nano', 'durationNanos'].find((name) =>
      has(record, name),
    );
    const end = start.replace('start', 'end').replace('Start', 'End');
    return {
      tool: 'OpenTelemetry',
      time: { name: start, unit: 'ns' },
      timeIs: 'start',
      duration:
        duration === undefined
          ? { end: { name: end, unit: 'ns' } }
          : { name: duration, unit: 'ns' },
      takes: (row) =>
        isEntry(
          row.value('kind'),
          firstOf(row, 'parentSpanId', 'parent_span_id', 'parentSpanID', 'parentId'),
        ),
    };
  },
};

/** Spans as the interface of Jaeger downloads them; times in microseconds. */
const jaeger: Tool = {
  recognise: (record) =>
    has(record, 'traceID', 'spanID', 'startTime', 'duration')
      ? {
          tool: 'Jaeger',
          time: { name: 'startTime', unit: 'us' },
          timeIs: 'start',
          duration: { name: 'duration', unit: 'us' },
          takes: (row) => isEntry(jaegerKind(row), jaegerParent(row)),
        }
      : undefined,
};

function jaegerKind(record: TraceRecord): unknown {
  const tags = record.value('tags');
  if (!Array.isArray(tags)) return undefined;
  const kind: unknown = tags.find((tag) => isObject(tag) && tag['key'] === 'span.kind');
  return isObject(kind) ? kind['value'] : undefined;
}

function jaegerParent(record: TraceRecord): unknown {
  const references = record.value('references');
  return Array.isArray(references) && references.length > 0 ? 'some' : undefined;
}

/** Spans of Zipkin; times in microseconds. */
const zipkin: Tool = {
  recognise: (record) =>
    has(record, 'traceId', 'id', 'timestamp', 'duration')
      ? {
          tool: 'Zipkin',
          time: { name: 'timestamp', unit: 'us' },
          timeIs: 'start',
          duration: { name: 'duration', unit: 'us' },
          takes: (row) => isEntry(row.value('kind'), row.value('parentId')),
        }
      : undefined,
};

/** Samples of JMeter, as its listeners write them in CSV. */
const jmeter: Tool = {
  recognise: (record) =>
    isNamed(record, 'timeStamp', 'elapsed', 'label')
      ? {
          tool: 'JMeter',
          time: { name: 'timeStamp' },
          timeIs: 'start',
          duration: { name: 'elapsed', unit: 'ms' },
        }
      : undefined,
};

/** Requests that pino-http has logged when they were over; other lines of the log do not count. */
const pino: Tool = {
  recognise: (record) =>
    has(record, 'time', 'responseTime')
      ? {
          tool: 'pino',
          time: { name: 'time' },
          timeIs: 'end',
          duration: { name: 'responseTime', unit: 'ms' },
          takes: (row) => row.value('responseTime') !== undefined,
        }
      : undefined,
};

const caddy: Tool = {
  recognise: (record) =>
    has(record, 'ts', 'duration', 'request', 'status')
      ? {
          tool: 'Caddy',
          time: { name: 'ts' },
          timeIs: 'end',
          duration: { name: 'duration', unit: 's' },
          takes: (row) => row.value('duration') !== undefined,
        }
      : undefined,
};

const traefik: Tool = {
  recognise: (record) =>
    has(record, 'StartUTC', 'Duration')
      ? {
          tool: 'Traefik',
          time: { name: 'StartUTC' },
          timeIs: 'start',
          duration: { name: 'Duration', unit: 'ns' },
        }
      : undefined,
};

/** Load balancers of Google Cloud: a duration of text, such as "0.047s". */
const googleCloud: Tool = {
  recognise: (record) =>
    has(record, 'timestamp', 'httpRequest.latency')
      ? {
          tool: 'Google Cloud',
          time: { name: 'timestamp' },
          timeIs: 'start',
          duration: { name: 'httpRequest.latency' },
        }
      : undefined,
};

/** Requests in the archive of a browser. */
const har: Tool = {
  recognise: (record) =>
    has(record, 'startedDateTime', 'time')
      ? {
          tool: 'HAR',
          time: { name: 'startedDateTime' },
          timeIs: 'start',
          duration: { name: 'time', unit: 'ms' },
        }
      : undefined,
};

/** A log in the extended format, of CloudFront (seconds) or IIS (milliseconds), in UTC. */
const extendedLog: Tool = {
  recognise: (record) =>
    isNamed(record, 'date', 'time', 'time-taken')
      ? {
          tool: isNamed(record, 'x-edge-location') ? 'CloudFront' : 'IIS',
          time: {
            name: 'time',
            pick: (row) => [row.value('date'), 'T', row.value('time'), 'Z'].join(''),
          },
          timeIs: 'end',
          duration: {
            name: 'time-taken',
            unit: isNamed(record, 'x-edge-location') ? 's' : 'ms',
          },
        }
      : undefined,
};

const tools: readonly Tool[] = [
  k6Csv,
  k6Json,
  openTelemetry,
  jaeger,
  zipkin,
  jmeter,
  pino,
  caddy,
  traefik,
  googleCloud,
  har,
  extendedLog,
  nginxJson,
];

/** The columns of a tool whose record this is; undefined when nobody is known to write such records. */
export function columnsOfTool(record: TraceRecord): TraceColumns | undefined {
  for (const tool of tools) {
    const columns = tool.recognise(record);
    if (columns !== undefined) return columns;
  }
  return undefined;
}
