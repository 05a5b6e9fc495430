import type { RunStarted } from '../../scenario/record.ts';
import { plural } from '../../scenario/format.ts';
import { declaredText, outcomeWord } from '../plain/verdict.ts';
import { hasDefect, linkWords, shownErrors, thrownText } from '../plain/why.ts';
import type { PhaseState, RunState } from '../run-state.ts';
import { html, type Markup } from './markup.ts';

function verdictOf({ verdict }: PhaseState): Markup | undefined {
  if (verdict === undefined) return undefined;
  const look = verdict.outcome === 'broken' ? 'bad' : 'good';
  return html`<p class="outcome ${look}">
      <span class="badge">${outcomeWord(verdict)}</span> ${verdict.text}
    </p>
    <p class="${verdict.isAsDeclared ? 'note' : 'note undeclared'}">${declaredText(verdict)}</p>`;
}

function errorsOf({ thrown }: PhaseState, startsAt: string): Markup | undefined {
  if (thrown.length === 0) return undefined;
  const { shown, left } = shownErrors(thrown);
  return html`<h4>What it threw</h4>
    <ul class="errors">
      ${shown.map(
        (error) =>
          html`<li class="${error.isDefect ? 'bad' : 'failure'}">
            <span class="badge">${error.isDefect ? 'DEFECT' : 'error'}</span>
            <code>${error.name}: ${error.message}</code>
            <small>${thrownText(error, startsAt)}</small>
          </li>`,
      )}
      ${left > 0 && html`<li><small>and ${plural(left, 'other kind')}</small></li>`}
    </ul>`;
}

function whyOf({ explanation }: PhaseState): Markup | undefined {
  if (explanation === undefined) return undefined;
  const { chain, lessons } = explanation;
  return html`${
    chain.length > 0 &&
    html`<h4>Why</h4>
      <ol class="chain">
        ${chain.map(
          ({ kind, text }) =>
            html`<li><span class="link">${linkWords[kind]}</span> <span>${text}</span></li>`,
        )}
      </ol>`
  }
  ${
    lessons.length > 0 &&
    html`<h4>What it teaches</h4>
      <ol class="lessons">
        ${lessons.map((text) => html`<li>${text}</li>`)}
      </ol>`
  }`;
}

/** Each phase: its flaw, what it came to, what it threw, why, and what that teaches. */
export function verdictSection(state: RunState, { startsAt }: RunStarted): Markup | undefined {
  if (state.phases.length === 0) return undefined;
  return html`<section aria-labelledby="verdict">
    <h2 id="verdict">What happened, and why</h2>
    ${state.phases.map(
      (phase) =>
        html`<article class="phase-verdict">
          <h3>${phase.title}</h3>
          <p class="flaw">${phase.flaw}</p>
          ${verdictOf(phase)} ${hasDefect(phase) && errorsOf(phase, startsAt)} ${whyOf(phase)}
          ${!hasDefect(phase) && errorsOf(phase, startsAt)}
        </article>`,
    )}
  </section>`;
}
