import { terminalSvg } from '@firedrill/core/report';
import type { Runs } from './runs.ts';

/** The picture of the README: what the failure run of the first example prints, as a terminal shows it. */
export async function drawPictures(
  runs: Runs,
): Promise<readonly { readonly path: string; readonly content: string }[]> {
  const text = await runs.text('payment-processing', 'failure');
  const content = terminalSvg(text.trimEnd().split('\n'), {
    title: 'pnpm --filter payment-processing start -- --scenario=failure',
  });
  return [{ path: 'docs/assets/payment-failure.svg', content }];
}
