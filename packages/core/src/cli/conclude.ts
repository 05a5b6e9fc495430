import type { Verification } from '../scenario/verify.ts';
import { defect, type Conclusion } from './defect.ts';
import { exitCodes } from './exit-codes.ts';
import type { Stop } from './interrupt.ts';
import { machineLine } from './machine.ts';
import type { Ending } from './play.ts';

type Finished = Extract<Ending, { kind: 'finished' }>;

export interface ConcludeOptions {
  readonly ending: Ending;
  /** Why the run was stopped, if it was. */
  readonly stop: Stop | undefined;
  /** How far it came, e.g. `14:18:03 of virtual time, phase 1 of 2`. */
  readonly where: string;
  readonly replay: string;
}

export function conclude({ ending, stop, where, replay }: ConcludeOptions): Conclusion {
  if (ending.kind === 'failed') return defect(ending.error, replay);
  if (stop === 'outputClosed') return { exitCode: exitCodes.outputClosed, lines: [] };
  if (ending.kind === 'finished') return finish(ending, replay);
  return {
    exitCode: exitCodes[stop ?? 'interrupted'],
    lines: [`Interrupted at ${where}. To see it all: ${replay}`],
  };
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
    exitCode: finished.verdict === 'as-expected' ? asExpected : checkFailed,
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
