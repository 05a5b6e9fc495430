import { byId } from '@firedrill/core/page/elements';
import type { BoardState } from '../board-state.ts';
import { showBoard, showExercises } from './board-view.ts';
import type { OwnEditor } from './own-editor.ts';
import { createShipsView, type ShipsView } from './ships-view.ts';

// The page of the workshop: asks for what is new, and shows it. The editor is loaded when it is opened.

const askEveryMs = 300;
/** Of this tab, so that the editor is open again after a reload. */
const openKey = 'firedrill-workshop-open';

let state: BoardState | undefined;
let editor: OwnEditor | undefined;
let ships: ShipsView | undefined;

function show(now: BoardState): void {
  const isNew = state?.id !== now.id;
  state = now;
  const isOpen = editor !== undefined && editor.id === now.id;
  showBoard(now, isOpen ? (line) => editor?.goTo(line) : undefined);
  showExercises(now, isNew);
}

async function edit(id: string): Promise<void> {
  const told = byId('told', HTMLElement);
  try {
    const module = await import('./own-editor.ts');
    editor ??= new module.OwnEditor(byId('file', HTMLElement), () => {
      remember('');
      byId('edit', HTMLButtonElement).focus();
    });
    await editor.open(id);
    told.textContent = '';
    remember(editor.id);
    if (state !== undefined) show(state);
  } catch (error) {
    told.textContent = `The editor could not be loaded: ${String(error)}. Load the page again.`;
  }
}

async function ask(): Promise<void> {
  try {
    const now = Number(await (await fetch('/version.json')).text());
    if (now !== state?.version) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of this page's own server
      const next = (await (await fetch('/state.json')).json()) as BoardState;
      show(next);
      await editor?.look(next);
      ships ??= await createShipsView();
      await ships.show(next);
    }
  } catch {
    byId('state', HTMLElement).textContent =
      'The workshop is not running any more: start pnpm workshop again.';
  }
  setTimeout(() => void ask(), askEveryMs);
}

/** A browser may keep nothing for a page: then it is opened by hand. */
function remember(id: string): void {
  try {
    sessionStorage.setItem(openKey, id);
  } catch {
    // As said above.
  }
}

function remembered(): string {
  try {
    return sessionStorage.getItem(openKey) ?? '';
  } catch {
    return '';
  }
}

byId('edit', HTMLButtonElement).addEventListener(
  'click',
  () => void edit(byId('exercise', HTMLSelectElement).value),
);
byId('next', HTMLButtonElement).addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) void edit(target.value);
});
await ask();
if (remembered() !== '') await edit(remembered());
