import { circuitBreakerExample } from '../../capacity/index.ts';
import {
  count,
  defaultSeed,
  exitCodes,
  newCommand,
  oneOf,
  parseFlags,
  positive,
  seed as asSeed,
  share,
  valueOption,
} from '../../command-line/index.ts';
import { formatDuration, formatValue } from '../../report/index.ts';
import { markdownTable } from '../markdown-table.ts';
import {
  apiFailures,
  type BreakerResult,
  type BreakerStorm,
  compareProtections,
} from '../measure/simulate-breaker.ts';
import { showProgress } from '../progress.ts';
import { shareText } from '../share-text.ts';
import type { Answer, SubCommand } from './command.ts';

interface Flags {
  readonly eventsPerSecond: number;
  readonly processingMs: number;
  readonly workers: number;
  readonly queue: number;
  readonly timeoutMs: number;
  readonly failureThreshold: number;
  readonly recoveryThreshold: number;
  readonly openMs: number;
  readonly failure: BreakerStorm['failure'];
  readonly failureS: number;
  readonly seed: number;
  readonly json: boolean;
}

/** Without flags: the guide's pool, under the load of its example of calls to others. */
const defaults = {
  eventsPerSecond: 200,
  processingMs: 50,
  workers: circuitBreakerExample.workers,
  queue: circuitBreakerExample.queueSize,
  timeoutMs: circuitBreakerExample.timeoutMs,
  failureThreshold: circuitBreakerExample.failureThreshold,
  recoveryThreshold: circuitBreakerExample.recoveryThreshold,
  openMs: 5_000,
  failure: 'hang',
  failureS: 120,
  seed: defaultSeed,
} as const;

/** `capacity breaker`: a pool in front of an API that fails, with and without a circuit breaker. */
export const breaker: SubCommand = {
  description:
    'what becomes of a pool when the API that it calls fails, with a breaker and without',
  async run(args): Promise<Answer> {
    const command = newCommand('capacity breaker', 'Lets the API behind a pool fail.')
      .addOption(valueOption('--events-per-second <n>', 'events (default: 200)', positive('200')))
      .addOption(
        valueOption('--processing-ms <ms>', 'mean time of a call (default: 50)', positive('50')),
      )
      .addOption(valueOption('--workers <n>', 'workers (default: 15)', count(1, 10_000, '15')))
      .addOption(
        valueOption('--queue <n>', 'queue places (default: 45)', count(0, 1_000_000, '45')),
      )
      .addOption(
        valueOption('--timeout-ms <ms>', 'limit of a call (default: 5000)', positive('5000')),
      )
      .addOption(
        valueOption(
          '--failure-threshold <share>',
          'of failed calls, opens it (default: 10%)',
          share('10%'),
        ),
      )
      .addOption(
        valueOption(
          '--recovery-threshold <share>',
          'of failed probes, up to which it closes (default: 1%)',
          share('1%', true),
        ),
      )
      .addOption(
        valueOption('--open-ms <ms>', 'how long it stays open (default: 5000)', positive('5000')),
      )
      .addOption(
        valueOption(
          '--failure <kind>',
          `of the API: ${apiFailures.join(', ')} (default: hang)`,
          oneOf(apiFailures),
        ),
      )
      .addOption(
        valueOption('--failure-s <s>', 'how long it fails (default: 120)', positive('120')),
      )
      .addOption(valueOption('--seed <n>', `seed (default: ${defaultSeed})`, asSeed))
      .option('--json', 'write it as JSON');
    const { help, json, ...given } = parseFlags<Flags>(command, args);
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    const { eventsPerSecond, processingMs, queue, failureS, seed, ...rest } = {
      ...defaults,
      ...given,
    };
    const storm: BreakerStorm = {
      ...rest,
      ratePerSecond: eventsPerSecond,
      callMs: processingMs,
      queueSize: queue,
      failureMs: failureS * 1_000,
    };
    const results = await compareProtections(storm, seed, showProgress);
    const text = json === true ? JSON.stringify({ storm, results }) : breakerText(storm, results);
    return { text, exitCode: exitCodes.asExpected };
  },
};

function breakerText(storm: BreakerStorm, results: readonly BreakerResult[]): string {
  const { ratePerSecond, callMs, timeoutMs, workers, failureMs, failure } = storm;
  const rows = results.flatMap(({ protection, phases }) =>
    phases.map(({ phase, arrived, dropped, served, failed, refused, meanWaitMs }) => [
      protection,
      phase,
      ...[served, dropped, failed, refused].map((events) => shareText(events / arrived)),
      formatValue(meanWaitMs, 'ms'),
    ]),
  );
  const ends = results.map(({ protection, callsWhileFailing, opened, recoveryMs }) => [
    protection,
    formatValue(callsWhileFailing, 'count'),
    String(opened),
    recoveryMs === undefined ? 'never' : formatDuration(recoveryMs),
  ]);
  const held = (ms: number): string => formatValue((ratePerSecond * ms) / 1_000, 'count');
  return [
    `The API ${verbs[failure]} for ${formatDuration(failureMs)}; ${ratePerSecond} events a second, ${workers} workers.`,
    '',
    markdownTable(
      [
        'between pool and API',
        'events that came',
        'served',
        'dropped',
        'failed',
        'refused',
        'mean wait',
      ],
      rows,
      (column) => (column < 2 ? 'left' : 'right'),
    ),
    '',
    markdownTable(
      ['between pool and API', 'calls while it failed', 'breaker opened', 'served again after'],
      ends,
    ),
    '',
    `Calls of ${formatDuration(callMs)} hold ${held(callMs)} workers; calls that last to their limit of ` +
      `${formatDuration(timeoutMs)} would hold ${held(timeoutMs)} (Little's law), and there are ${workers}.`,
    'A refused event costs no worker: its caller knows at once, and can keep it for later.',
  ].join('\n');
}

const verbs = {
  hang: 'hangs',
  error: 'answers with errors',
  slow: 'is ten times as slow',
} as const;
