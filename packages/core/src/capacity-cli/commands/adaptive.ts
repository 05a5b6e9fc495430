import { formatValue } from '../../report/index.ts';
import { markdownTable } from '../markdown-table.ts';
import { compareControllers } from '../measure/simulate-adaptive.ts';
import { showProgress } from '../progress.ts';
import { shareText } from '../share-text.ts';
import {
  defaultSeed,
  exitCodes,
  newCommand,
  parseFlags,
  seed as asSeed,
  valueOption,
} from '../../command-line/index.ts';
import type { Answer, SubCommand } from './command.ts';

/** `capacity adaptive`: controllers of the pool size, side by side in the same storms. */
export const adaptive: SubCommand = {
  description: 'compares ways to adapt a pool: in a spike, a ramp, and with a slow dependency',
  async run(args): Promise<Answer> {
    const command = newCommand('capacity adaptive', 'Compares controllers of the pool size.')
      .addOption(valueOption('--seed <n>', `seed (default: ${defaultSeed})`, asSeed))
      .option('--json', 'write it as JSON');
    const {
      help,
      json,
      seed = defaultSeed,
    } = parseFlags<{
      readonly seed: number;
      readonly json: boolean;
    }>(command, args);
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    const results = await compareControllers(seed, showProgress);
    const table = markdownTable(
      [
        'storm',
        'controller',
        'dropped',
        'mean wait',
        'p99 wait',
        'p99 handler',
        'workers paid',
        'most',
      ],
      results.map((result) => [
        result.storm,
        result.controller,
        shareText(result.dropRatio),
        formatValue(result.meanWaitMs, 'ms'),
        formatValue(result.waitP99Ms, 'ms'),
        formatValue(result.serviceP99Ms, 'ms'),
        result.meanWorkers.toFixed(1),
        String(result.mostWorkers),
      ]),
      (column) => (column < 2 ? 'left' : 'right'),
    );
    const text = json === true ? JSON.stringify(results) : table;
    return { text, exitCode: exitCodes.asExpected };
  },
};
