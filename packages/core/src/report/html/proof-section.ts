import type { Comparison } from '../../scenario/record.ts';
import { formatValue, plural } from '../../scenario/format.ts';
import { changedRows, changeWord, proofText, proofWord, trialWord } from '../plain/proof.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';
import { scrolling } from './scrolling.ts';

const trialLooks = { 'as claimed': 'good', 'NOT SO': 'bad', shows: 'shows' } as const;

function proofOf({ title, trials, proof, noReturn }: PhaseState): Markup | undefined {
  if (trials.length === 0 && proof === undefined) return undefined;
  return html`<h3>${title}</h3>
    ${
      proof !== undefined &&
      html`<p class="outcome ${proof.isProven ? 'good' : 'bad'}">
        <span class="badge">${proofWord(proof)}</span> ${proofText(proof)}
      </p>`
    }
    <ul class="trials">
      ${trials.map((trial) => {
        const word = trialWord(trial);
        return html`<li class="${trialLooks[word]}">
          <span class="badge">${word}</span> <span>${trial.text}</span>
        </li>`;
      })}
    </ul>
    ${noReturn !== undefined && html`<p><span class="badge">NO RETURN</span> ${noReturn.text}</p>`}`;
}

/** The storm again without parts of it: whether the cause that is named is the cause. */
export function proofSection(state: RunState): Markup | undefined {
  const proofs = state.phases.map(proofOf).filter((each) => each !== undefined);
  if (proofs.length === 0) return undefined;
  return html`<section aria-labelledby="proof">
    <h2 id="proof">Proof of the cause</h2>
    ${proofs}
  </section>`;
}

function changesOf(title: string, comparison: Comparison): Markup {
  const changed = changedRows(comparison);
  const same = comparison.rows.length - changed.length;
  const heading = `${title} beside ${comparison.against}`;
  const table = html`<table>
    <thead>
      <tr>
        <th scope="col">Measured</th>
        <th scope="col" class="number">Default</th>
        <th scope="col" class="number">Here</th>
        <th scope="col">Change</th>
      </tr>
    </thead>
    <tbody>
      ${changed.map(
        (row) =>
          html`<tr class="change ${row.change}">
            <th scope="row">${row.label}</th>
            <td class="number">${formatValue(row.before, row.unit)}</td>
            <td class="number">${formatValue(row.after, row.unit)}</td>
            <td>${changeWord(row)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
  return html`<h3>${heading}</h3>
    <p>${comparison.text}</p>
    ${changed.length > 0 && scrolling(heading, table)}
    ${same > 0 && html`<p class="note">${plural(same, 'figure')} as before</p>`}`;
}

/** What got better and what got worse than in the run without the changes. */
export function changesSection(state: RunState): Markup | undefined {
  const changes = state.phases.flatMap(({ title, comparison }) =>
    comparison === undefined ? [] : [changesOf(title, comparison)],
  );
  if (changes.length === 0) return undefined;
  return html`<section aria-labelledby="changes">
    <h2 id="changes">What the change did</h2>
    ${changes}
  </section>`;
}
