import { EditorView } from '@codemirror/view';

const quiet = 'var(--editor-quiet)';

const tinted = (percent: number): string =>
  `color-mix(in srgb, var(--editor-accent) ${percent}%, transparent)`;

/**
 * How the editor looks. A page says its colours: `--editor-ground`, `--editor-text`, `--editor-quiet`
 * (line numbers and comments), `--editor-line` (borders), `--editor-accent`, `--editor-wrong`,
 * `--editor-keyword`, `--editor-literal`, `--editor-type`; and `--editor-font`, of one width.
 */
export const editorTheme = EditorView.theme({
  '&': {
    maxHeight: '70vh',
    border: '1px solid var(--editor-line)',
    borderRadius: '0.25rem',
    background: 'var(--editor-ground)',
    color: 'var(--editor-text)',
    fontSize: '0.875rem',
  },
  '&.cm-focused': { outline: '2px solid var(--editor-accent)' },
  '.cm-scroller': { overflow: 'auto', fontFamily: 'var(--editor-font)' },
  '.cm-content': { caretColor: 'var(--editor-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--editor-text)' },
  '.cm-gutters': { border: '0', background: 'transparent', color: quiet },
  '.cm-activeLine': { background: tinted(8) },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: tinted(35) },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--editor-wrong)',
  },
  '.cm-tooltip, .cm-panels': {
    border: '1px solid var(--editor-line)',
    background: 'var(--editor-ground)',
    color: 'var(--editor-text)',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--editor-wrong)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { background: tinted(20), color: 'inherit' },
  '.tok-keyword': { color: 'var(--editor-keyword)' },
  '.tok-string, .tok-string2, .tok-number, .tok-bool': { color: 'var(--editor-literal)' },
  '.tok-comment': { color: quiet },
  '.tok-typeName, .tok-className': { color: 'var(--editor-type)' },
});
