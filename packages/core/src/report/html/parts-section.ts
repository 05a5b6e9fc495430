import { formatValue } from '../../scenario/format.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';
import { scrolling } from './scrolling.ts';

const most = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

/** The most that a part was used, and that waited for it. */
function peakOf(phase: PhaseState, id: string) {
  const states = (phase.partStates.get(id) ?? []).map(({ state }) => state);
  return {
    used: most(states.map(({ used }) => used)),
    of: most(states.map(({ of }) => of)),
    waiting: most(states.map(({ waiting }) => waiting)),
  };
}

const count = (value: number | undefined): string => formatValue(value, 'count');

function partsTable(phase: PhaseState): Markup | undefined {
  if (phase.parts === undefined || phase.partStates.size === 0) return undefined;
  const { parts, links } = phase.parts;
  const table = html`<table>
    <thead>
      <tr>
        <th scope="col">Part</th>
        <th scope="col">Kind</th>
        <th scope="col" class="number">Most used</th>
        <th scope="col" class="number">Of</th>
        <th scope="col" class="number">Most waiting</th>
        <th scope="col">Leads to</th>
      </tr>
    </thead>
    <tbody>
      ${parts.map(({ id, kind }) => {
        const { used, of, waiting } = peakOf(phase, id);
        const to = links.filter(({ from }) => from === id).map((link) => link.to);
        return html`<tr>
          <th scope="row">${id.replace(/^(?:pool|own):/, '')}</th>
          <td>${kind === 'own' ? 'its own word' : kind}</td>
          <td class="number">${count(used)}</td>
          <td class="number">${count(of)}</td>
          <td class="number">${count(waiting)}</td>
          <td>${to.map((part) => part.replace(/^pool:/, '')).join(', ')}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
  return html`<details>
    <summary>${phase.title}</summary>
    ${scrolling(`Parts of ${phase.title}`, table)}
  </details>`;
}

/** What each system is made of and reaches, and how much of it was used at the worst. */
export function partsSection(state: RunState): Markup | undefined {
  const tables = state.phases.map(partsTable).filter((table) => table !== undefined);
  if (tables.length === 0) return undefined;
  return html`<section aria-labelledby="parts">
    <h2 id="parts">Parts of the system</h2>
    ${tables}
  </section>`;
}
