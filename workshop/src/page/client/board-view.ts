import { byId, element, setOptions } from '@firedrill/core/page/elements';
import type { BoardState } from '../board-state.ts';
import { problemList } from './editor/problem-list.ts';

const marks = { passed: '✓ ', begun: '… ', none: '' } as const;

const text = (id: string, content: string): void => {
  byId(id, HTMLElement).textContent = content;
};

/**
 * Shows what the board says; all of it is put in as text.
 *
 * @param goTo puts the cursor into a line of the file; missing where it is not open
 */
export function showBoard(state: BoardState, goTo: ((line: number) => void) | undefined): void {
  text('title', state.title === '' ? 'Workshop' : state.title);
  text('id', state.id);
  document.title = `${state.isPassed ? 'Passed: ' : ''}${state.title} · Workshop`;
  text('task', state.task);
  byId('given', HTMLElement).replaceChildren(
    ...state.given.map((given) => element('li', `given: ${given}`)),
  );
  text('state', sentence(state));
  byId('problems', HTMLElement).replaceChildren(problemList(state.problems, goTo));
  showNext(state);
  byId('rules', HTMLElement).replaceChildren(...state.rules.map((rule) => ruleRow(rule)));
  byId('hints', HTMLElement).hidden = state.hint === undefined;
  for (const each of ['where', 'why', 'diff'] as const) text(each, state.hint?.[each] ?? '');
}

/** Puts the exercises into their list, and the one that is judged before all others. */
export function showExercises({ exercises, id }: BoardState, isNew: boolean): void {
  const list = byId('exercise', HTMLSelectElement);
  setOptions(
    list,
    exercises.map((each) => [each.id, `${marks[each.mark]}${each.id}`]),
  );
  if (isNew && id !== '') list.value = id;
  byId('edit', HTMLButtonElement).disabled = list.value === '';
}

/** The way on, for who has passed. */
function showNext({ isPassed, id, next }: BoardState): void {
  const button = byId('next', HTMLButtonElement);
  button.hidden = !isPassed || next === undefined || next === id;
  button.textContent = `Next: ${next ?? ''}`;
  button.value = next ?? '';
}

function sentence({ state: now, isPassed, grade, storms, took }: BoardState): string {
  if (now === 'running') return 'The storm runs …';
  if (now === 'storms' && storms.soFar !== '') return `${grade}. ${storms.soFar} …`;
  const broken = storms.broken === '' ? '' : ` ${storms.broken}.`;
  const verdict = now === 'done' ? (isPassed ? 'Passed. ' : 'Not yet. ') : '';
  return `${verdict}${grade === '' ? '' : `${grade}.`}${broken} ${took}`;
}

function ruleRow(rule: BoardState['rules'][number]): HTMLTableRowElement {
  const { short, part, holds, expected, broken, yours, repaired, changed } = rule;
  const row = document.createElement('tr');
  const name = element('th', `${holds ? '✓' : '✗'} ${short}`, { scope: 'row' });
  name.append(element('small', part === 'before' ? ' (a step before)' : ''));
  const own = element('td', yours, { class: 'yours' });
  if (!holds) own.append(element('small', `asked for: ${expected}`));
  if (changed !== '') own.append(element('small', changed));
  row.append(name, element('td', broken), own, element('td', repaired));
  return row;
}
