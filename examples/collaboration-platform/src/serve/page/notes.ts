import type { Change, Layer, Shape, Shapes } from '../../domain.ts';
import { element } from './element.ts';

/** The notes on the board: what they show is what the app has, and what is done to them is a change. */
export interface Notes {
  show(shapes: Shapes, mayEdit: boolean): void;
}

interface NotesOptions {
  readonly board: HTMLElement;
  readonly change: (change: Change) => void;
  readonly layerOfNew: () => Layer;
  readonly mayEdit: () => boolean;
}

/** Somebody who drags sends a place this often, and the last one when they let go. */
const dragEveryMs = 100;

export function createNotes({ board, change, layerOfNew, mayEdit }: NotesOptions): Notes {
  const template = element('#note', HTMLTemplateElement);
  const notes = new Map<string, ReturnType<typeof createNote>>();

  board.addEventListener('dblclick', ({ target, offsetX, offsetY }) => {
    if (target !== board || !mayEdit()) return;
    const id = `n-${Math.random().toString(36).slice(2, 12)}`;
    const place = { x: Math.round(offsetX), y: Math.round(offsetY) };
    change({ kind: 'create', shape: { id, ...place, text: '', layer: layerOfNew() } });
    notes.get(id)?.focus();
  });

  function createNote(id: string) {
    const node = template.content.cloneNode(true);
    if (!(node instanceof DocumentFragment)) throw new TypeError('The template is empty.');
    const article = element('.note', HTMLElement, node);
    const grip = element('.grip', HTMLElement, node);
    const layer = element('.layer', HTMLElement, node);
    const publish = element('.publish', HTMLButtonElement, node);
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
    grip.addEventListener('pointerdown', (down) => {
      if (!mayEdit() || shown === undefined || down.target === publish) return;
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
      remove: () => article.remove(),
      show(shape: Shape, isEditable: boolean): void {
        shown = shape;
        if (!isDragged) move(shape);
        // Setting the same text again would move the caret.
        if (text.value !== shape.text) text.value = shape.text;
        article.dataset['layer'] = shape.layer;
        layer.textContent = shape.layer === 'drafts' ? 'draft' : '';
        publish.textContent = shape.layer === 'drafts' ? 'publish' : 'hide';
        publish.hidden = !isEditable;
        text.readOnly = !isEditable;
      },
    };
  }

  return {
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
