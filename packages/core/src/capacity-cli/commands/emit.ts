import { alertThresholds } from '../../capacity/index.ts';
import {
  count,
  exitCodes,
  newCommand,
  parseFlags,
  positive,
  valueOption,
} from '../../command-line/index.ts';
import { formatValue } from '../../report/index.ts';
import { type EmitTimes, measureEmits } from '../measure/measure-emits.ts';
import type { Answer, SubCommand } from './command.ts';

interface Flags {
  readonly hooks: number;
  readonly workers: number;
  readonly queue: number;
  readonly processingMs: number;
  readonly events: number;
  readonly json: boolean;
}

const defaults = { hooks: 1, workers: 5, queue: 15, processingMs: 10, events: 200_000 };

/** `capacity emit`: how long an emit takes on this machine, for `diagnose --emit-us`. */
export const emit: SubCommand = {
  description: 'measures how long an emit takes on this machine, which diagnose asks for',
  async run(args): Promise<Answer> {
    const command = newCommand('capacity emit', 'Measures emits of a real pool, in real time.')
      .addOption(
        valueOption('--hooks <n>', 'handlers of an event (default: 1)', count(1, 100, '5')),
      )
      .addOption(valueOption('--workers <n>', 'workers (default: 5)', count(1, 1_000_000, '5')))
      .addOption(
        valueOption('--queue <n>', 'queue places (default: 15)', count(0, 10_000_000, '15')),
      )
      .addOption(
        valueOption(
          '--processing-ms <ms>',
          'time of an event, by which the alert is chosen (default: 10)',
          positive('10'),
        ),
      )
      .addOption(
        valueOption('--events <n>', 'emits (default: 200000)', count(1_000, 10_000_000, '200000')),
      )
      .option('--json', 'write it as JSON');
    const { help, json, ...given } = parseFlags<Flags>(command, args);
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    const { hooks, workers, queue, processingMs, events } = { ...defaults, ...given };
    const times = await measureEmits({ handlers: hooks, workers, queueSize: queue, events });
    const { emitMicros, like } = alertThresholds({ processingMs, queueSize: queue });
    const text =
      json === true
        ? JSON.stringify({ ...times, alertMicros: emitMicros })
        : emitText(times, `${emitMicros} us (as ${like})`);
    return { text, exitCode: exitCodes.asExpected };
  },
};

const micros = (value: number): string => `${Number(value.toPrecision(3))} us`;

function emitText(times: EmitTimes, alert: string): string {
  const { emits, refused, meanMicros, p50Micros, p99Micros, maxMicros } = times;
  return [
    `${formatValue(emits, 'count')} emits, ${formatValue(refused, 'count')} of them refused as the pool was full:`,
    `mean ${micros(meanMicros)}, p50 ${micros(p50Micros)}, p99 ${micros(p99Micros)}, longest ${micros(maxMicros)}.`,
    `Alert at ${alert}. On this machine, now, and with handlers that do nothing; in your process`,
    'meterEmits of @firedrill/core/capacity times the emits that it makes.',
    `Then: capacity diagnose --emit-us=${Number(meanMicros.toPrecision(3))} …`,
  ].join('\n');
}
