import type { RunStarted } from '../../scenario/record.ts';
import type { RunState } from '../run-state.ts';
import { chartsSection } from './chart-section.ts';
import { checksSection } from './checks-section.ts';
import { comparisonSection } from './comparison-section.ts';
import { headerSection, type WallFigures } from './header-section.ts';
import { html, type Markup } from './markup.ts';
import { partsSection } from './parts-section.ts';
import { changesSection, proofSection } from './proof-section.ts';
import { tableSection } from './table-section.ts';
import { timelineSection } from './timeline-section.ts';
import { verdictSection } from './verdict-section.ts';

export interface RunViewsOptions {
  /** Figures of the machine, shown beside the run. They differ from machine to machine. */
  readonly wall?: WallFigures | undefined;
  /** Samples that two kept ones stand for; 1, as usual, when every sample is there. */
  readonly stretch?: number | undefined;
}

/** All that is to be read of a run, with places for its charts. */
export function runViews(
  state: RunState,
  started: RunStarted,
  { wall, stretch = 1 }: RunViewsOptions = {},
): Markup {
  return html`<main>
    ${headerSection(state, started, wall)} ${verdictSection(state, started)} ${proofSection(state)}
    ${changesSection(state)} ${comparisonSection(state)} ${checksSection(state, started)}
    ${state.tables.map(tableSection)} ${chartsSection(state, started, stretch)}
    ${timelineSection(state, started)} ${partsSection(state)}
  </main>`;
}
