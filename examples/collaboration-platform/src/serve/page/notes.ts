import type { Change, Layer, Shape, Shapes } from '../../domain.ts';
import { replacementOf } from '../../domain/rewrite.ts';
import { element } from './element.ts';

/** The notes on the board: what they show is what the app has, and what is done to them is a change. */
export interface Notes {
  show(shapes: Shapes, mayEdit: boolean): void;
  /** Puts up a new note and begins to write on it. */
  putUp(place: { readonly x: number; readonly y: number }, text?: string): void;
}

interface NotesOptions {
  readonly board: HTMLElement;
  readonly change: (change: Change) => void;
  readonly layerOfNew: () => Layer;
  readonly mayEdit: () => boolean;
  /** A note on which the person here was just writing is gone. */
  readonly onVanished: (shape: Shape) => void;
}

/** Somebody who drags sends a place this often, and the last one when they let go. */
const dragEveryMs = 100;

/** By which an arrow key moves a note, in pixels of the canvas. */
const arrowStep = 10;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-arrowStep, 0],
  ArrowRight: [arrowStep, 0],
  ArrowUp: [0, -arrowStep],
  ArrowDown: [0, arrowStep],
};

export function createNotes(options: NotesOptions): Notes {
  const { board, change, layerOfNew, mayEdit, onVanished } = options;
  const template = element('#note', HTMLTemplateElement);
  const notes = new Map<string, ReturnType<typeof createNote>>();

  board.addEventListener('dblclick', ({ target, offsetX, offsetY }) => {
    if (target === board) putUp({ x: offsetX, y: offsetY });
  });

  function putUp({ x, y }: { readonly x: number; readonly y: number }, text = ''): void {
    if (!mayEdit()) return;
    const id = `n-${Math.random().toString(36).slice(2, 12)}`;
    const shape = { id, x: Math.round(x), y: Math.round(y), text, layer: layerOfNew() };
    change({ kind: 'create', shape });
    notes.get(id)?.focus();
  }

  function createNote(id: string) {
    const node = template.content.cloneNode(true);
    if (!(node instanceof DocumentFragment)) throw new TypeError('The template is empty.');
    const article = element('.note', HTMLElement, node);
    const grip = element('.grip', HTMLElement, node);
    const layer = element('.layer', HTMLElement, node);
    const publish = element('.publish', HTMLButtonElement, node);
    const remove = element('.delete', HTMLButtonElement, node);
    const text = element('textarea', HTMLTextAreaElement, node);
    let shown: Shape | undefined;
    let isDragged = false;
    article.dataset['id'] = id;
    board.append(article);

    text.addEventListener('input', () => {
      change({ kind: 'write', shapeId: id, text: text.value });
    });
    publish.addEventListener('click', () => {
      change({ kind: shown?.layer === 'drafts' ? 'publish' : 'hide', shapeId: id });
    });
    remove.addEventListener('click', () => change({ kind: 'delete', shapeId: id }));
    grip.addEventListener('keydown', (event) => {
      if (event.target !== grip || !mayEdit() || shown === undefined) return;
      const step = arrows[event.key];
      if (step !== undefined) {
        change({ kind: 'move', shapeId: id, x: shown.x + step[0], y: shown.y + step[1] });
      } else if (event.key === 'Delete') {
        change({ kind: 'delete', shapeId: id });
      } else {
        return;
      }
      event.preventDefault();
    });
    grip.addEventListener('pointerdown', (down) => {
      if (!mayEdit() || shown === undefined || down.target instanceof HTMLButtonElement) return;
      const { x, y } = shown;
      let sentAtMs = 0;
      isDragged = true;
      grip.setPointerCapture(down.pointerId);
      const placeAt = (at: PointerEvent): { x: number; y: number } => ({
        x: Math.round(x + at.clientX - down.clientX),
        y: Math.round(y + at.clientY - down.clientY),
      });
      const drag = (at: PointerEvent): void => {
        const place = placeAt(at);
        move(place);
        if (at.timeStamp - sentAtMs < dragEveryMs) return;
        sentAtMs = at.timeStamp;
        change({ kind: 'move', shapeId: id, ...place });
      };
      const drop = (at: PointerEvent): void => {
        isDragged = false;
        grip.removeEventListener('pointermove', drag);
        change({ kind: 'move', shapeId: id, ...placeAt(at) });
      };
      grip.addEventListener('pointermove', drag);
      grip.addEventListener('pointerup', drop, { once: true });
    });

    function move({ x, y }: { readonly x: number; readonly y: number }): void {
      article.style.left = `${x}px`;
      article.style.top = `${y}px`;
    }

    return {
      focus: () => text.focus(),
      remove(): void {
        const isWritten = document.activeElement === text;
        article.remove();
        if (isWritten && shown !== undefined) onVanished(shown);
      },
      show(shape: Shape, isEditable: boolean): void {
        shown = shape;
        if (!isDragged) move(shape);
        showText(text, shape.text);
        article.dataset['layer'] = shape.layer;
        layer.textContent = shape.layer === 'drafts' ? 'draft' : '';
        publish.textContent = shape.layer === 'drafts' ? 'publish' : 'hide';
        publish.hidden = !isEditable;
        remove.hidden = !isEditable;
        text.readOnly = !isEditable;
      },
    };
  }

  return {
    putUp,
    show(shapes, isEditable) {
      for (const [id, note] of notes) {
        if (shapes.has(id)) continue;
        note.remove();
        notes.delete(id);
      }
      for (const [id, shape] of shapes) {
        const note = notes.get(id) ?? createNote(id);
        notes.set(id, note);
        note.show(shape, isEditable);
      }
    },
  };
}

/** What others write moves the caret along, and leaves it between the same characters. */
function showText(field: HTMLTextAreaElement, next: string): void {
  if (field.value === next) return;
  const { selectionStart, selectionEnd } = field;
  const { at, removed, inserted } = replacementOf(field.value, next);
  const moved = (caret: number): number => {
    if (caret <= at) return caret;
    return Math.max(at, caret - removed) + inserted.length;
  };
  field.value = next;
  field.setSelectionRange(moved(selectionStart), moved(selectionEnd));
}
