import type { Check, RunStarted } from '../../scenario/record.ts';
import { formatClock, plural } from '../../scenario/format.ts';
import { checkLook } from '../plain/checks.ts';
import type { RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';

function checkRow(check: Check, state: RunState, startsAt: string): Markup {
  const { firstViolation } = check;
  const phase = state.phases.find(({ id }) => id === check.phase)?.title ?? 'The whole run';
  const { word, isBroken } = checkLook(check);
  const glyph = check.kind === 'sign' ? '' : check.ok ? '✓ ' : '✗ ';
  return html`<tr class="${isBroken ? 'bad' : check.kind === 'sign' ? 'sign' : 'good'}">
    <td><span class="badge">${glyph}${word}</span></td>
    <td data-label="Check">
      ${check.title}
      ${
        firstViolation !== undefined &&
        html`<br /><small
            >First at ${formatClock(startsAt, firstViolation.atMs)}: ${firstViolation.text}</small
          >`
      }
    </td>
    <td data-label="Phase">${phase}</td>
    <td data-label="Kind">${check.kind}</td>
    <td data-label="Expected">${check.expected}</td>
    <td data-label="Observed">${check.observed}</td>
  </tr>`;
}

/** Every check with what was expected, what was seen, and the first event that broke it. */
export function checksSection(state: RunState, started: RunStarted): Markup | undefined {
  if (state.checks.length === 0) return undefined;
  const headings = ['Result', 'Check', 'Phase', 'Kind', 'Expected', 'Observed'];
  const broken = state.checks.filter((check) => checkLook(check).isBroken).length;
  const count = `${plural(state.checks.length, 'check')}, ${broken === 0 ? 'none' : broken} broken`;
  return html`<section aria-labelledby="checks">
    <h2 id="checks">Checks <small>${count}</small></h2>
    <table class="checks">
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${state.checks.map((check) => checkRow(check, state, started.startsAt))}
      </tbody>
    </table>
  </section>`;
}
