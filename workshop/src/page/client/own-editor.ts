import { element } from '@firedrill/core/page/elements';
import { type NamedText, textDifference } from '../../text-difference.ts';
import type { BoardState } from '../board-state.ts';
import type { OpenedText } from '../editor-messages.ts';
import { keepDraft, readDraft } from './draft.ts';
import { createEditor, type Editor, editorKeys } from './editor/editor.ts';
import { lookAt, openText, resetText, saveText, setAside } from './send.ts';

/** Lines end as they did in the file, and with `\n` in the editor. */
const plain = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

/**
 * The learner's file in the page. It is the file on the disk that counts: what is saved here goes there,
 * what is saved there is shown here, and where both were changed nothing is lost and somebody is asked.
 */
export class OwnEditor {
  readonly #place: HTMLElement;
  readonly #status = element('p', '', { role: 'status', class: 'status' });
  readonly #question = element('div');
  readonly #content = element('div');
  #id = '';
  #editor: Editor | undefined;
  /** The file as it was when this text was last the same, or was last written over it. */
  #base: OpenedText = { text: '', version: '' };
  /** One thing after the other: an answer is not to overtake a save. */
  #last: Promise<void> = Promise.resolve();
  #isKept = true;
  readonly #difference = element('pre', '', { tabindex: '0', class: 'difference' });
  /** The version on the disk that somebody is asked about; empty where nobody is. */
  #asked = '';
  readonly #onClose: () => void;

  /** @param place where it is shown */
  constructor(place: HTMLElement, onClose: () => void) {
    this.#place = place;
    this.#onClose = onClose;
    addEventListener('beforeunload', (event) => {
      if (this.#isChanged && !this.#isKept) event.preventDefault();
    });
  }

  /** The exercise whose file is open; empty where none is. */
  get id(): string {
    return this.#id;
  }

  /** Opens the file of an exercise, with what was written here and not saved. */
  open(id: string): Promise<void> {
    return this.#next(async () => {
      if (this.#isChanged && !this.#isKept) {
        this.#say('This browser keeps nothing for this page: save your file first.');
        return;
      }
      const answer = await openText(id);
      if (answer.kind !== 'done') {
        this.#place.hidden = false;
        this.#place.append(this.#status);
        if (answer.kind === 'refused') this.#say(answer.message);
        return;
      }
      this.#show(id, answer.value);
    });
  }

  /** Closes it. What was not saved is there again when it is opened. */
  close(): void {
    this.#id = '';
    this.#editor = undefined;
    this.#place.replaceChildren();
    this.#place.hidden = true;
    this.#onClose();
  }

  /** Puts the cursor into a line. */
  goTo(line: number): void {
    this.#editor?.goTo(line);
  }

  /** Something has happened: the file may be another one, and there may be a verdict on it. */
  look(state: BoardState): Promise<void> {
    return this.#next(async () => {
      const id = this.#id;
      if (id === '') return;
      const answer = await lookAt(id);
      if (answer.kind === 'refused') this.#say(answer.message);
      if (answer.kind !== 'done' || id !== this.#id) return;
      this.#compare(answer.value);
      // The lines of a text that has gone on since are other ones.
      if (state.id === id && !this.#isChanged) this.#editor?.mark(state.problems);
    });
  }

  get #text(): string {
    return this.#editor?.text ?? '';
  }

  get #isChanged(): boolean {
    return this.#editor !== undefined && this.#text !== plain(this.#base.text);
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work, work);
    return this.#last;
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }

  #show(id: string, file: OpenedText): void {
    this.#id = id;
    this.#base = file;
    this.#forgetQuestion();
    const draft = readDraft(id);
    const editor = createEditor({
      text: plain(draft?.text ?? file.text),
      label: `Your file ${id}.ts`,
      onChange: () => this.#keep(),
      onSave: () => void this.#next(() => this.#save()),
    });
    this.#editor = editor;
    this.#say(`This is workshop/${id}.ts.`);
    if (draft !== undefined && this.#isChanged) {
      if (draft.version === file.version) this.#say('What you had not saved is here again.');
      else {
        this.#base = { ...file, version: draft.version };
        this.#ask(file);
      }
    }
    this.#content.replaceChildren(
      editor.element,
      element('p', `Ctrl+S or Cmd+S saves. ${editorKeys}`, { class: 'note' }),
    );
    this.#place.replaceChildren(this.#content, this.#choices(), this.#status, this.#question);
    this.#place.hidden = false;
    this.#place.querySelector<HTMLElement>('.cm-content')?.focus();
  }

  #choices(): HTMLElement {
    const choices = element('p', '', { class: 'choices' });
    choices.append(
      button('Save', () => this.#next(() => this.#save())),
      button('Back to the start', () => this.#next(() => this.#reset())),
      button('Close', () => this.close()),
    );
    return choices;
  }

  #keep(): void {
    const { version } = this.#base;
    this.#isKept = keepDraft(this.#id, this.#isChanged ? { text: this.#text, version } : undefined);
    if (!this.#isKept)
      this.#say('This browser keeps nothing for this page: save before you leave it.');
  }

  async #save(): Promise<void> {
    if (this.#editor === undefined) return;
    const text = this.#text;
    const answer = await saveText({
      id: this.#id,
      text: this.#base.text.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text,
      version: this.#base.version,
    });
    if (answer.kind === 'done') {
      this.#agree({ text, version: answer.value.version });
      this.#say('Saved.');
    } else if (answer.kind === 'conflict') this.#compare(answer.conflict);
    else this.#say(answer.message);
  }

  async #reset(): Promise<void> {
    const own = this.#isChanged ? await this.#putAside(this.#text) : '';
    if (own === undefined) return;
    const answer = await resetText(this.#id);
    if (answer.kind !== 'done') {
      if (answer.kind === 'refused') this.#say(answer.message);
      return;
    }
    this.#take(answer.value);
    const copies = [answer.value.copy, own].filter((copy) => copy !== undefined && copy !== '');
    const kept = copies.length === 0 ? '' : ` What stood here is kept in ${copies.join(' and ')}.`;
    this.#say(`This is the file to start from.${kept}`);
  }

  /** @returns the name of the copy; undefined when there is none, which is said */
  async #putAside(text: string): Promise<string | undefined> {
    const answer = await setAside({ id: this.#id, text });
    if (answer.kind === 'done') return answer.value.copy;
    if (answer.kind === 'refused') this.#say(answer.message);
    return undefined;
  }

  /** What stands on the disk, against what it was when this text was the same. */
  #compare(file: OpenedText): void {
    if (file.version === this.#base.version) return;
    if (plain(file.text) === this.#text) this.#agree(file);
    else if (file.version === '') {
      this.#base = file;
      this.#keep();
      this.#say('The file is gone from the disk. Save to put it back.');
    } else if (this.#isChanged) this.#ask(file);
    else {
      this.#take(file);
      this.#say('The file was changed on the disk: this is what stands there now.');
    }
  }

  /** The file and this text are the same, or this text is to be written over it. */
  #agree(file: OpenedText): void {
    this.#base = file;
    this.#forgetQuestion();
    this.#keep();
  }

  #take(file: OpenedText): void {
    // First, or the change would be kept as a draft.
    this.#base = file;
    this.#editor?.replace(file.text);
    this.#agree(file);
  }

  /** Both were changed. */
  #ask(file: OpenedText): void {
    this.#say('The file was changed on the disk while you wrote here. Nothing is lost: choose.');
    const theirs: NamedText = { name: 'file', text: plain(file.text) };
    this.#difference.textContent = textDifference(theirs, { name: 'yours', text: this.#text });
    // Whoever has come to the buttons by the keyboard stays there.
    if (this.#asked === file.version) return;
    this.#asked = file.version;
    const choices = element('p', '', { class: 'choices' });
    choices.append(
      button('Keep mine', () => this.#next(() => this.#keepMine(file))),
      button('Take the file’s', () => this.#next(() => this.#takeTheirs(file))),
    );
    const group = element('div', '', { role: 'group', 'aria-label': 'Two versions of your file' });
    group.append(
      element('p', 'From the file on the disk (−) to what you have written here (+):'),
      this.#difference,
      choices,
      element('p', 'What you do not choose is kept beside the file.', { class: 'note' }),
    );
    this.#question.replaceChildren(group);
  }

  #forgetQuestion(): void {
    this.#asked = '';
    this.#question.replaceChildren();
  }

  async #keepMine(file: OpenedText): Promise<void> {
    const copy = await this.#putAside(file.text);
    if (copy === undefined) return;
    this.#agree(file);
    await this.#save();
    this.#say(`${this.#status.textContent} What stood on the disk is kept in ${copy}.`);
  }

  async #takeTheirs(file: OpenedText): Promise<void> {
    const copy = await this.#putAside(this.#text);
    if (copy === undefined) return;
    this.#take(file);
    this.#say(`This is what stands on the disk. What you wrote is kept in ${copy}.`);
  }
}

function button(text: string, onPress: () => unknown): HTMLButtonElement {
  const made = element('button', text, { type: 'button' });
  made.addEventListener('click', () => void onPress());
  return made;
}
