import type { UnseenResult, Verdict } from '../../../packages/core/src/workshop/index.ts';
import type { ExerciseText } from '../../../workshop/src/browser/exercise-texts.ts';
import { firstBroken, gradeOf } from '../../../workshop/src/grade.ts';
import {
  createEditor,
  type Editor,
  editorKeys,
} from '../../../workshop/src/page/client/editor/editor.ts';
import { problemList } from '../../../workshop/src/page/client/editor/problem-list.ts';
import { lineIn, type Problem, problemAt } from '../../../workshop/src/problem.ts';
import { stormsSoFar } from '../../../workshop/src/storms-text.ts';
import { textDifference } from '../../../workshop/src/text-difference.ts';
import { make } from '../elements/make.ts';
import { ownText } from './own-text.ts';
import { judge } from './stage.ts';
import { stripTypes } from './strip-types.ts';
import { rulesTable, unseenLine } from './verdict-view.ts';

/** As many as the workshop lets loose. */
const unseenStorms = 20;

/** Opens an exercise of an incident, with the text that this browser has kept of it. */
export async function openWorkbench(
  incident: string,
  name: string,
  onPassed: () => void,
): Promise<HTMLElement> {
  const response = await fetch(`/exercises/${incident}/exercises.json`);
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file of this site
  const exercises = (await response.json()) as readonly ExerciseText[];
  const exercise = exercises.find((each) => each.name === name);
  if (exercise === undefined) throw new Error(`there is no exercise ${name}`);
  return new Workbench(incident, exercise, onPassed).element;
}

/** One exercise in its chapter: the editor, the storms, what came out, and hints. */
class Workbench {
  readonly element = make('section', { class: 'workbench' });
  readonly #incident: string;
  readonly #exercise: ExerciseText;
  readonly #onPassed: () => void;
  readonly #own: ReturnType<typeof ownText>;
  readonly #editor: Editor;
  readonly #status = make('p', { role: 'status', class: 'status' });
  readonly #found = make('div');
  readonly #run = make('button', { type: 'button' }, 'Let the storm loose');
  readonly #stop = make('button', { type: 'button', hidden: '' }, 'Stop');
  #end: (() => void) | undefined;

  constructor(incident: string, exercise: ExerciseText, onPassed: () => void) {
    this.#incident = incident;
    this.#exercise = exercise;
    this.#onPassed = onPassed;
    const id = `${incident}/${exercise.name}`;
    this.#own = ownText(id);
    this.#editor = createEditor({
      text: this.#own.text ?? exercise.problem,
      label: `Your file ${id}.ts`,
      onChange: (text) => this.#keep(text),
      onSave: () => this.#judge(),
    });
    const reset = make('button', { type: 'button' }, 'Back to the start');
    const ask = confirmation('Throw away what you have written, and begin again?', () => {
      this.#end?.();
      this.#editor.replace(exercise.problem);
      this.#own.forget();
      this.#found.replaceChildren();
      this.#say('This is the file to start from.');
    });
    reset.addEventListener('click', () => ask.showModal());
    this.#run.addEventListener('click', () => this.#judge());
    this.#stop.addEventListener('click', () => {
      this.#end?.();
      this.#say('Stopped.');
    });
    const heading = make('h3', { id: 'exercise', tabindex: '-1' }, exercise.title);
    this.element.setAttribute('aria-labelledby', 'exercise');
    this.element.append(
      heading,
      make('p', {}, exercise.task),
      make('ul', {}, ...exercise.given.map((text) => make('li', {}, `Given: ${text}`))),
      make('p', { class: 'file' }, make('code', {}, `${id}.ts`)),
      this.#editor.element,
      make('p', { class: 'choices' }, this.#run, this.#stop, reset),
      make(
        'p',
        { class: 'note' },
        `Types are checked in the workshop only: here they are taken off before the file runs. Ctrl+S or Ctrl+Enter lets the storm loose, too. ${editorKeys} What you write stays in this browser.`,
      ),
      this.#status,
      this.#found,
      ask,
    );
    if (this.#own.text !== undefined) this.#say('This is what you have written here before.');
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }

  #keep(text: string): void {
    if (text === this.#exercise.problem) this.#own.forget();
    else if (!this.#own.keep(text))
      this.#say('This browser keeps nothing for this page: copy your text before you leave it.');
  }

  #judge(): void {
    this.#end?.();
    const text = this.#editor.text;
    const stripped = stripTypes(text);
    if (stripped.kind === 'faults') {
      this.#show(
        stripped.faults.map(({ line, message }) => ({ line, text: message })),
        undefined,
        [],
      );
      this.#say('This is no program yet.');
      return;
    }
    const first = Math.floor(Math.random() * 1_000_000_000);
    const unseen = Array.from({ length: unseenStorms }, (_, index) => first + index);
    const results: UnseenResult[] = [];
    let verdict: Verdict | undefined;
    let storms = 0;
    const end = judge(
      this.#incident,
      { exercise: this.#exercise.name, code: stripped.code, seed: 1, unseen },
      {
        onVerdict: (found, more) => {
          verdict = found;
          storms = more;
          this.#show([], verdict, results);
          this.#say(`${gradeOf(verdict)}.`);
        },
        onUnseen: (result) => {
          results.push(result);
          this.#say(`${stormsSoFar(results, storms)} …`);
        },
        onFinished: () => {
          this.#rest();
          if (verdict === undefined) return;
          this.#show([], verdict, results);
          const holds = verdict.holds && results.every(({ broken }) => broken === undefined);
          this.#say(`${holds ? 'Passed.' : 'Not yet.'} ${gradeOf(verdict)}.`);
          if (!holds) return;
          this.#own.pass();
          this.#onPassed();
        },
        onFailed: (failure) => {
          this.#rest();
          const problem = problemAt(`It did not run to its end: ${failure.text}`, failure.line);
          this.#show([problem], verdict, results);
          this.#say('Not yet.');
        },
      },
    );
    this.#end = () => {
      end();
      this.#rest();
    };
    this.#run.textContent = 'Let it loose again';
    this.#stop.hidden = false;
    this.#found.replaceChildren();
    this.#say('The storm runs …');
  }

  #rest(): void {
    this.#end = undefined;
    this.#stop.hidden = true;
  }

  #show(
    problems: readonly Problem[],
    verdict: Verdict | undefined,
    unseen: readonly UnseenResult[],
  ): void {
    const thrown = verdict?.thrown.filter(({ isDefect }) => isDefect) ?? [];
    const all = [
      ...problems,
      ...thrown.map(({ name, message, place, count }) =>
        problemAt(
          `${name}: ${message} (${count} times)`,
          lineIn(place, `${this.#incident}/${this.#exercise.name}.ts`),
        ),
      ),
    ];
    this.#editor.mark(all);
    this.#found.replaceChildren(
      ...(all.length > 0 ? [problemList(all, (line) => this.#editor.goTo(line))] : []),
      ...(verdict === undefined ? [] : [rulesTable(verdict)]),
      ...(unseen.length === 0 ? [] : [unseenLine(unseen)]),
      ...(verdict === undefined ? [] : this.#hints(verdict)),
    );
  }

  /** As deep as in the workshop: where to look, what is going on, how the solution differs. */
  #hints(verdict: Verdict): readonly HTMLElement[] {
    const rule = firstBroken(verdict);
    if (rule?.hint === undefined) return [];
    const difference = make('pre', { tabindex: '0', class: 'difference' });
    const last = make(
      'details',
      {},
      make('summary', {}, 'Hint 3 of 3: the difference to a solution'),
      difference,
    );
    last.addEventListener('toggle', () => {
      difference.textContent = textDifference(
        { name: 'yours', text: this.#editor.text },
        { name: 'solution', text: this.#exercise.solution },
      );
    });
    return [
      make('h4', {}, `Hints: ${rule.short}`),
      make(
        'details',
        {},
        make('summary', {}, 'Hint 1 of 3: where to look'),
        make('p', {}, rule.hint.where),
      ),
      make(
        'details',
        {},
        make('summary', {}, 'Hint 2 of 3: what is going on'),
        make('p', {}, rule.hint.why),
      ),
      last,
    ];
  }
}

/** A question with two answers. The one that changes nothing has the focus. */
function confirmation(question: string, onYes: () => void): HTMLDialogElement {
  const no = make('button', { type: 'submit', value: 'no', autofocus: '' }, 'Keep it');
  const yes = make('button', { type: 'submit', value: 'yes' }, 'Throw it away');
  const form = make('form', { method: 'dialog' }, make('p', {}, question));
  form.append(make('p', { class: 'choices' }, no, yes));
  const dialog = make('dialog', { 'aria-label': question }, form);
  dialog.addEventListener('close', () => {
    if (dialog.returnValue === 'yes') onYes();
    dialog.returnValue = '';
  });
  return dialog;
}
