import type { RunStarted } from '../../scenario/record.ts';
import type { RunState } from '../run-state.ts';
import { chartData } from './chart-data.ts';
import { chartsSection } from './chart-section.ts';
import { checksSection } from './checks-section.ts';
import { comparisonSection } from './comparison-section.ts';
import { headerSection, type WallFigures } from './header-section.ts';
import { html, jsonForScript, type Markup } from './markup.ts';
import { partsSection } from './parts-section.ts';
import { changesSection, proofSection } from './proof-section.ts';
import { tableSection } from './table-section.ts';
import { timelineSection } from './timeline-section.ts';
import { verdictSection } from './verdict-section.ts';

/** All that is to be seen of a run, with the data that the script of the charts draws from. */
export function runViews(state: RunState, started: RunStarted, wall?: WallFigures): Markup {
  const data = chartData(state, started);
  return html`<main>
      ${headerSection(state, started, wall)} ${verdictSection(state, started)}
      ${proofSection(state)} ${changesSection(state)} ${comparisonSection(state)}
      ${checksSection(state, started)} ${state.tables.map(tableSection)}
      ${chartsSection(state, started, data.stretch)} ${timelineSection(state, started)}
      ${partsSection(state)}
    </main>
    <script type="application/json" id="run-data">
      ${jsonForScript(data)}
    </script>`;
}
