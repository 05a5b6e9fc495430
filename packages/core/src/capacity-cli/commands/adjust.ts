import { adjustmentFor } from '../../capacity/index.ts';
import {
  atLeast,
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
  readonly dropRate: number;
  readonly targetDropRate: number;
  readonly utilisation: number;
  readonly waitMs: number;
  readonly targetWaitMs: number;
  readonly json: boolean;
}

/** `capacity adjust`: the last step of the guide's decision tree. */
export const adjust: SubCommand = {
  description: 'what to change after a validation, by the decision tree',
  run(args): Answer {
    const command = newCommand('capacity adjust', 'Says what to change after a validation.')
      .addOption(valueOption('--drop-rate <share>', 'share dropped', share('5%', true)))
      .addOption(valueOption('--target-drop-rate <share>', 'what is wanted', share('0.1%')))
      .addOption(valueOption('--utilisation <n>', 'rate over capacity', atLeast(0, '0.8')))
      .addOption(valueOption('--wait-ms <ms>', 'wait', atLeast(0, '20')))
      .addOption(valueOption('--target-wait-ms <ms>', 'what is wanted', positive('5')))
      .option('--json', 'write it as JSON');
    const { help, json, dropRate, utilisation, targetDropRate, waitMs, targetWaitMs } =
      parseFlags<Flags>(command, args);
    if (help === true) return { text: command.helpInformation(), exitCode: exitCodes.asExpected };
    if (dropRate === undefined || utilisation === undefined) {
      throw new UsageError({
        given: 'the command line',
        cause: `--${dropRate === undefined ? 'drop-rate' : 'utilisation'} is missing`,
        remedy: 'Give --drop-rate and --utilisation of the validated configuration.',
      });
    }
    const found = adjustmentFor({
      dropRatio: dropRate,
      targetDropRatio: targetDropRate ?? 0.001,
      utilisation,
      ...(waitMs !== undefined && { waitMs }),
      ...(targetWaitMs !== undefined && { targetWaitMs }),
    });
    const text = json === true ? JSON.stringify(found) : `${found.title}. ${found.action}`;
    return { text, exitCode: exitCodes.asExpected };
  },
};
