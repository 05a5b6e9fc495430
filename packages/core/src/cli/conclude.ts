import type { Verification } from '../scenario/verify.ts';
import { type Conclusion, defect, exitCodes, unwrittenText } from '../command-line/index.ts';
import type { Stop } from './interrupt.ts';
import { machineLine } from './machine.ts';
import type { Ending } from './play.ts';

type Finished = Extract<Ending, { kind: 'finished' }>;

export interface ConcludeOptions {
  readonly ending: Ending;
  /** Why the run was stopped, if it was. */
  readonly stop: Stop | undefined;
  /** What the system said when standard output could not be written. */
  readonly writeError: Error | undefined;
  /** How far it came, e.g. `14:18:03 of virtual time, phase 1 of 2`. */
  readonly where: string;
  readonly replay: string;
}

export function conclude(options: ConcludeOptions): Conclusion {
  const { ending, stop, writeError, where, replay } = options;
  if (ending.kind === 'failed') return defect(ending.error, replay);
  if (stop === 'outputClosed') return { exitCode: exitCodes.asExpected, lines: [] };
  if (writeError !== undefined) {
    return { exitCode: exitCodes.unwritten, lines: [unwrittenText('standard output', writeError)] };
  }
  if (ending.kind === 'finished') return finish(ending, replay);
  const [exitCode, word] =
    stop === 'left'
      ? [exitCodes.asExpected, 'Left']
      : [exitCodes[stop === 'terminated' ? stop : 'interrupted'], 'Interrupted'];
  return { exitCode, lines: [`${word} at ${where}. To see it all: ${replay}`] };
}

function finish({ finished, figures, verification }: Finished, replay: string): Conclusion {
  const machine = figures === undefined ? [] : [machineLine(figures)];
  if (verification?.identical === false) {
    const lines = [...differenceLines(verification, replay), ...machine];
    return { exitCode: exitCodes.internal, lines };
  }
  const verified =
    verification === undefined
      ? []
      : [`verified: two runs gave the same ${finished.records + 1} records`];
  const { asExpected, checkFailed } = exitCodes;
  return {
    exitCode: finished.isAsDeclared ? asExpected : checkFailed,
    lines: [...verified, ...machine],
  };
}

function differenceLines(
  { line, first, second }: Extract<Verification, { identical: false }>,
  replay: string,
): readonly string[] {
  return [
    `Lost determinism: record ${line} differs between two runs of the same seed.`,
    `  first   ${first}`,
    `  second  ${second}`,
    `This is a defect. Please report it with this command: ${replay} --verify`,
  ];
}
