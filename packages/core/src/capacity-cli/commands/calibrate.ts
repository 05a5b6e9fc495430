import { z } from 'zod';
import {
  type ArrivalTimes,
  arrivalTimesFrom,
  type ServiceTimes,
  serviceTimesFrom,
  serviceTimesFromHistogram,
} from '../../capacity/index.ts';
import { type TraceUnit, traceUnits } from '../../workload/index.ts';
import { formatDuration, formatValue } from '../../report/index.ts';
import {
  callerPath,
  readGivenFile,
  exitCodes,
  newCommand,
  oneOf,
  parseFlags,
  positive,
  UsageError,
  valueOption,
} from '../../command-line/index.ts';
import { readWork, workColumns } from '../read-work.ts';
import type { Answer, SubCommand } from './command.ts';

interface Flags {
  readonly trace: string;
  readonly timeField: string;
  readonly durationField: string;
  readonly timeUnit: TraceUnit;
  readonly durationUnit: TraceUnit;
  readonly windowMs: number;
  readonly metrics: string;
  readonly json: boolean;
}

interface Calibration {
  readonly service: ServiceTimes;
  readonly arrivals?: ArrivalTimes;
}

/** `capacity calibrate`: service times (and arrivals) from a log, or from the metrics of hooks. */
export const calibrate: SubCommand = {
  description: 'mean and variation of service times, from a log or the metrics of running hooks',
  async run(args): Promise<Answer> {
    const command = newCommand('capacity calibrate', 'Measures a load.')
      .addOption(valueOption('--trace <file>', 'arrivals and durations: a table, a log, or spans'))
      .addOption(valueOption('--time-field <name>', 'its column of times'))
      .addOption(valueOption('--duration-field <name>', 'its column of durations'))
      .addOption(
        valueOption('--time-unit <unit>', 'of its times: s, ms, us, ns', oneOf(traceUnits)),
      )
      .addOption(
        valueOption('--duration-unit <unit>', 'of its durations: s, ms, us, ns', oneOf(traceUnits)),
      )
      .addOption(valueOption('--window-ms <ms>', 'window of the peak', positive('10000')))
      .addOption(valueOption('--metrics <file.json>', 'JSON of metricsOf(hooks)'))
      .option('--json', 'write it as JSON');
    const given = parseFlags<Flags>(command, args);
    if (given.help === true) {
      return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    }
    const found = await calibration(given);
    const text = given.json === true ? JSON.stringify(found) : calibrationText(found);
    return { text, exitCode: exitCodes.asExpected };
  },
};

async function calibration(given: Partial<Flags>): Promise<Calibration> {
  const { trace, metrics, windowMs } = given;
  if ((trace === undefined) === (metrics === undefined)) {
    throw new UsageError({
      given: 'the command line',
      cause: trace === undefined ? 'there is nothing to measure' : 'there are two sources',
      remedy: 'Give either --trace=<file> or --metrics=<file.json>.',
    });
  }
  if (metrics !== undefined) return { service: fromMetrics(metrics) };
  const work = await readWork(callerPath(trace ?? ''), workColumns(given));
  try {
    return {
      service: serviceTimesFrom(work.serviceMs),
      arrivals: arrivalTimesFrom(work.atMs, windowMs),
    };
  } catch (error) {
    throw unusable(`--trace=${trace}`, error);
  }
}

const metricsShape = z.object({
  run: z.object({
    count: z.number(),
    meanMs: z.number(),
    p50Ms: z.number(),
    p90Ms: z.number(),
    p99Ms: z.number(),
    p999Ms: z.number(),
    maxMs: z.number(),
  }),
});

/** A snapshot of one hook has some hundred bytes. */
const mostBytes = 1_000_000;

function fromMetrics(file: string): ServiceTimes {
  try {
    const parsed: unknown = JSON.parse(readGivenFile(file, mostBytes));
    return serviceTimesFromHistogram(metricsShape.parse(parsed).run);
  } catch (error) {
    throw unusable(`--metrics=${file}`, error);
  }
}

function unusable(given: string, error: unknown): UsageError {
  const cause =
    error instanceof z.ZodError
      ? `it is no snapshot of metricsOf(hooks) (${error.issues[0]?.path.join('.')} is missing or no number)`
      : error instanceof Error
        ? error.message.replace(/\.$/, '')
        : String(error);
  return new UsageError(
    { given, cause, remedy: 'Write JSON.stringify(metricsOf(hooks)) into a file, or give a log.' },
    { cause: error },
  );
}

function calibrationText({ service, arrivals }: Calibration): string {
  const from = service.source === 'histogram' ? ', from a histogram' : '';
  const lines = [
    `Service times: ${formatValue(service.count, 'count')}${from}; mean ${formatDuration(service.meanMs)}, ` +
      `variation ${service.variation.toFixed(2)}, p50 ${formatDuration(service.p50Ms)}, ` +
      `p99 ${formatDuration(service.p99Ms)}, longest ${formatDuration(service.maxMs)}.`,
  ];
  if (arrivals !== undefined) {
    const { ratePerSecond, peakPerSecond, windowMs, variation, dispersion } = arrivals;
    const peak = Math.max(1, peakPerSecond / ratePerSecond);
    lines.push(
      `Arrivals: ${formatValue(ratePerSecond, 'per-second')} in the mean, ` +
        `${formatValue(peakPerSecond, 'per-second')} in the busiest ${formatDuration(windowMs)}; ` +
        `variation of the gaps ${variation.toFixed(2)}, dispersion of the counts ${dispersion.toFixed(1)}.`,
      `Plan: capacity --events-per-second=${ratePerSecond.toPrecision(4)} --processing-ms=${service.meanMs.toPrecision(4)} ` +
        `--variation=${service.variation.toFixed(2)} --peak=${peak.toFixed(2)}`,
    );
  } else {
    lines.push(
      `Plan: capacity --events-per-second=<n> --processing-ms=${service.meanMs.toPrecision(4)} ` +
        `--variation=${service.variation.toFixed(2)}`,
    );
  }
  return lines.join('\n');
}
