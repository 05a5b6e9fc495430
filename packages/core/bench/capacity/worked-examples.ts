import { exampleOutcomes, type ExampleOutcome } from '../../src/capacity-cli/commands/examples.ts';
import { holds } from '../../src/capacity-cli/measure/batch-means.ts';
import type { Findings } from './goal.ts';
import type { OnProgress } from '../progress.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** The guide's four configurations: sizes reproduced, and drops predicted, simulated and expected. */
export async function checkWorkedExamples(
  count: number,
  seed: number,
  onProgress: OnProgress,
): Promise<Findings> {
  const outcomes = await exampleOutcomes({ count, seed }, onProgress);
  const apart = outcomes.filter((outcome) => !agrees(outcome));
  const wrong = outcomes.filter(({ expectationHolds }) => expectationHolds === false);
  return {
    goals: [
      {
        what: 'workers and queue of the four worked configurations',
        must: 'as in the guide',
        measured: outcomes.every(({ reproduced }) => reproduced) ? 'all' : 'not all',
        isMet: outcomes.every(({ reproduced }) => reproduced),
      },
      {
        what: 'their drop rates, normal and peak',
        must: 'prediction in the 99 % interval of the simulation',
        measured: `${outcomes.length - apart.length} of ${outcomes.length}`,
        isMet: apart.length === 0,
      },
      {
        what: 'what the guide expects of them, where it is wrong',
        must: 'said, with the measurement',
        measured: wrong.map(evidence).join('; '),
        isMet: wrong.every((outcome) => isRefuted(outcome)),
      },
    ],
    misses: apart.map((outcome) => ({
      what: evidence(outcome),
      replay: `pnpm capacity examples --validate --events=${count} --seed=${seed}`,
    })),
    cases: outcomes,
  };
}

function agrees({ measuredDropRatio, predictedDropRatio }: ExampleOutcome): boolean {
  return measuredDropRatio !== undefined && holds(measuredDropRatio, predictedDropRatio);
}

/** Not only the prediction contradicts the guide: the whole interval of the measurement does. */
function isRefuted({ measuredDropRatio, mostExpected = Infinity }: ExampleOutcome): boolean {
  return (measuredDropRatio?.low ?? 0) > mostExpected;
}

function evidence(outcome: ExampleOutcome): string {
  const { scenario, load, expected, predictedDropRatio, measuredDropRatio: measured } = outcome;
  const interval =
    measured === undefined ? '' : `${percent(measured.low)} to ${percent(measured.high)}`;
  return (
    `${scenario}, ${load}${expected === undefined ? '' : `: expected ${expected}`}, ` +
    `predicted ${percent(predictedDropRatio)}, measured ${interval}`
  );
}
