import { diagnosePool } from '../../capacity/index.ts';
import { formatValue } from '../../report/index.ts';
import {
  atLeast,
  count,
  exitCodes,
  newCommand,
  parseFlags,
  positive,
  share,
  UsageError,
  valueOption,
} from '../../command-line/index.ts';
import type { Answer, SubCommand } from './command.ts';

interface Flags {
  readonly workers: number;
  readonly queue: number;
  readonly processingMs: number;
  readonly eventsPerSecond: number;
  readonly dropRate: number;
  readonly waitMs: number;
  readonly emitUs: number;
  readonly peak: number;
  readonly json: boolean;
}

/** `capacity diagnose`: the guide's troubleshooting rules, applied to what is seen. */
export const diagnose: SubCommand = {
  description: 'what is wrong with a running pool, by the troubleshooting rules',
  run(args): Answer {
    const command = newCommand('capacity diagnose', 'Applies the troubleshooting rules.')
      .addOption(valueOption('--workers <n>', 'workers', count(1, 1_000_000, '5')))
      .addOption(valueOption('--queue <n>', 'queue places', count(0, 100_000_000, '15')))
      .addOption(valueOption('--processing-ms <ms>', 'time of an event', positive('10')))
      .addOption(valueOption('--events-per-second <n>', 'events a second', positive('500')))
      .addOption(valueOption('--drop-rate <share>', 'share dropped', share('5%', true)))
      .addOption(valueOption('--wait-ms <ms>', 'mean wait', atLeast(0, '20')))
      .addOption(
        valueOption(
          '--emit-us <n>',
          'time of an emit in microseconds: see capacity emit',
          positive('5'),
        ),
      )
      .addOption(valueOption('--peak <n>', 'highest rate over the mean', atLeast(1, '2')))
      .option('--json', 'write it as JSON');
    const given = parseFlags<Flags>(command, args);
    if (given.help === true) {
      return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    }
    const needed = (name: keyof Flags, flag: string): number => {
      const value = given[name];
      if (typeof value === 'number') return value;
      throw new UsageError({
        given: 'the command line',
        cause: `--${flag} is missing`,
        remedy: 'Give --workers, --queue, --processing-ms, --events-per-second and --drop-rate.',
      });
    };
    const diagnosis = diagnosePool({
      workers: needed('workers', 'workers'),
      queueSize: needed('queue', 'queue'),
      processingMs: needed('processingMs', 'processing-ms'),
      ratePerSecond: needed('eventsPerSecond', 'events-per-second'),
      dropRatio: needed('dropRate', 'drop-rate'),
      ...(given.waitMs !== undefined && { waitMs: given.waitMs }),
      ...(given.emitUs !== undefined && { emitMicros: given.emitUs }),
      ...(given.peak !== undefined && { peakMultiplier: given.peak }),
    });
    const { capacityPerSecond, utilisation, finding, newWorkers, remedies } = diagnosis;
    const lines = [
      `Capacity ${formatValue(capacityPerSecond, 'per-second')}, utilisation ${formatValue(utilisation, 'ratio')}.`,
      finding,
      ...(newWorkers === undefined ? [] : [`New number of workers: ${newWorkers}.`]),
      ...remedies.map((remedy) => `- ${remedy}`),
    ];
    const text = given.json === true ? JSON.stringify(diagnosis) : lines.join('\n');
    return { text, exitCode: exitCodes.asExpected };
  },
};
