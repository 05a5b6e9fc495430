import { runSvg } from '@firedrill/core/report';
import type { Runs } from './runs.ts';

/** Where the picture begins and ends: the timeline of the incident, without the tables. */
const firstLine = '── Phase 1';
const lastLine = 'What was measured';

/** The picture of the README: the timeline of the failure run, as a terminal shows it. */
export async function drawPictures(
  runs: Runs,
): Promise<readonly { readonly path: string; readonly content: string }[]> {
  const example = 'payment-processing';
  const records = await runs.records(example, 'failure');
  const content = runSvg(records, { from: firstLine, to: lastLine });
  return [{ path: 'docs/assets/payment-failure.svg', content }];
}
