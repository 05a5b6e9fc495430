import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript, typescriptLanguage } from '@codemirror/lang-javascript';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';
import type { Problem } from '../../../problem.ts';
import { editorTheme } from './editor-theme.ts';

/** The syntax tree of a TypeScript module, as the editor reads it. */
export const parseTypeScript = (text: string): ReturnType<typeof typescriptLanguage.parser.parse> =>
  typescriptLanguage.parser.parse(text);

export interface EditorOptions {
  readonly text: string;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly onChange: (text: string) => void;
  /** The keys that save elsewhere. */
  readonly onSave: () => void;
}

export interface Editor {
  readonly element: HTMLElement;
  /** With `\n` at the end of each line, whatever stood there. */
  readonly text: string;
  /** Changes what is different, so that the cursor stays, and what stood there can be had back by undo. */
  replace(text: string): void;
  /** Puts the cursor into a line, counted from 1. */
  goTo(line: number): void;
  /** Shows problems at their lines, and takes those away that were shown before. */
  mark(problems: readonly Problem[]): void;
}

/** What is said of the keys beside an editor, since one of them does not what it does elsewhere. */
export const editorKeys = 'Tab indents; Escape, then Tab leaves the editor.';

/**
 * An editor for TypeScript. Its colours are custom properties of the page, see `editorTheme`. Tab indents,
 * and leaves it after Escape.
 */
export function createEditor({ text, label, onChange, onSave }: EditorOptions): Editor {
  const view = new EditorView({
    state: EditorState.create({
      doc: text,
      extensions: [
        ...looks,
        keys(onSave),
        EditorView.contentAttributes.of({
          'aria-label': label,
          spellcheck: 'false',
          tabindex: '0',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    element: view.dom,
    get text() {
      return view.state.doc.toString();
    },
    replace(next) {
      const change = changeTo(view.state.doc.toString(), next.replaceAll(/\r\n?/g, '\n'));
      if (change !== undefined) view.dispatch({ changes: change });
    },
    goTo(line) {
      const at = view.state.doc.line(lineWithin(view.state, line));
      view.dispatch({
        selection: { anchor: at.from },
        effects: EditorView.scrollIntoView(at.from, { y: 'center' }),
      });
      view.focus();
    },
    mark(problems) {
      view.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state, problems)));
    },
  };
}

const looks: readonly Extension[] = [
  editorTheme,
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  syntaxHighlighting(classHighlighter),
  javascript({ typescript: true }),
];

/** Escape gives Tab back to the page until something is written, however long that takes. */
function keys(onSave: () => void): Extension {
  const save = (): boolean => {
    onSave();
    return true;
  };
  return [
    keymap.of([
      { key: 'Mod-s', run: save },
      { key: 'Mod-Enter', run: save },
      ...defaultKeymap,
      ...historyKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    keymap.of([{ key: 'Escape', run: leaveByTab }]),
    EditorView.updateListener.of(({ docChanged, focusChanged, view }) => {
      if (docChanged || focusChanged) view.setTabFocusMode(false);
    }),
  ];
}

function leaveByTab(view: EditorView): boolean {
  view.setTabFocusMode(true);
  return false;
}

const lineWithin = ({ doc }: EditorState, line: number): number =>
  Math.min(Math.max(1, line), doc.lines);

/** A problem is marked from the first letter of its line to the last. */
function diagnosticsOf(state: EditorState, problems: readonly Problem[]): Diagnostic[] {
  return problems.flatMap(({ text: message, line }) => {
    if (line === undefined) return [];
    const { from, to, text } = state.doc.line(lineWithin(state, line));
    const indent = text.length - text.trimStart().length;
    return [{ from: Math.min(to, from + indent), to, severity: 'error', message }];
  });
}

/** The one change that makes a text of another; undefined where they are the same. */
function changeTo(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly insert: string } | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < shorter - from && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}
