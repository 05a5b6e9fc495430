import type {
  RuleVerdict,
  UnseenResult,
  Verdict,
} from '../../../packages/core/src/workshop/index.ts';
import { faultsOf, stormsText } from '../../../workshop/src/storms-text.ts';
import { make } from '../elements/make.ts';

/** Rules of the step, and those of the steps before that do not hold any more. */
export function rulesTable({ rules }: Verdict): HTMLElement {
  const head = make('tr');
  head.append(...['Rule', 'Yours', 'Asked for'].map((text) => make('th', { scope: 'col' }, text)));
  const shown = rules.filter(({ part, holds }) => part !== 'before' || !holds);
  const kept = rules.length - shown.length;
  const body = make('tbody', {}, ...shown.map((rule) => ruleRow(rule)));
  const table = make('table', { tabindex: '0' }, make('thead', {}, head), body);
  if (kept === 0) return table;
  const still = `${kept} ${kept === 1 ? 'rule' : 'rules'} of the steps before: still so.`;
  return make('div', {}, table, make('p', {}, still));
}

function ruleRow({ short, part, holds, expected, observed }: RuleVerdict): HTMLElement {
  const mark = holds ? '✓ ' : '✗ ';
  const before = part === 'before' ? ' (a step before)' : '';
  return make(
    'tr',
    { class: holds ? 'holds' : 'broken' },
    make('th', { scope: 'row' }, `${mark}${short}${before}`),
    make('td', {}, observed),
    make('td', {}, expected),
  );
}

/** What the storms after that of the exercise came to. */
export function unseenLine(unseen: readonly UnseenResult[]): HTMLElement {
  const failed = unseen.find(({ broken }) => broken !== undefined);
  const line = make('p', {}, `${stormsText(unseen)}.`);
  if (failed === undefined) return line;
  const faults = faultsOf(failed).map((fault) => make('li', {}, make('code', {}, fault)));
  return make('div', { class: 'refused' }, line, make('ul', {}, ...faults));
}
