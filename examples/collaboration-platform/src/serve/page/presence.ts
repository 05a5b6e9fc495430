import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { ServerMessage } from '../../domain/protocol.ts';
import { element } from './element.ts';

/** Who is here, and where their cursors are. */
export interface Presence {
  receive(message: ServerMessage): void;
  /** A new connection tells everything anew. */
  reset(): void;
}

interface PresenceOptions {
  readonly board: HTMLElement;
  readonly ownId: string;
  readonly ownClientId: () => number;
  /** Whether a click may take rights away. */
  readonly isAdmin: () => boolean;
  readonly decide: (personId: string, role: 'viewer' | undefined) => void;
}

interface Cursor {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export function createPresence(options: PresenceOptions): Presence {
  const { board, ownId, ownClientId, isAdmin, decide } = options;
  const list = element('#people', HTMLElement);
  const people = new Set<string>();
  const names = new Map<string, string>();
  const arrows = new Map<number, HTMLElement>();
  let awareness = open();

  function open(): Awareness {
    const opened = new Awareness(new Y.Doc());
    opened.setLocalState(null);
    opened.on('change', drawCursors);
    return opened;
  }

  function drawCursors(): void {
    const states = awareness.getStates();
    for (const [clientId, arrow] of arrows) {
      if (states.has(clientId)) continue;
      arrow.remove();
      arrows.delete(clientId);
    }
    for (const [clientId, state] of states) {
      const cursor = cursorOf(state);
      if (cursor === undefined || clientId === ownClientId()) continue;
      names.set(cursor.id, cursor.name);
      const arrow = arrows.get(clientId) ?? createArrow(cursor);
      arrows.set(clientId, arrow);
      arrow.style.left = `${cursor.x}px`;
      arrow.style.top = `${cursor.y}px`;
    }
    drawPeople();
  }

  function createArrow({ id, name }: Cursor): HTMLElement {
    const arrow = document.createElement('div');
    arrow.className = 'cursor';
    arrow.style.setProperty('--color', colorOf(id));
    const label = document.createElement('span');
    label.textContent = name;
    arrow.append(label);
    board.append(arrow);
    return arrow;
  }

  function drawPeople(): void {
    list.replaceChildren(...[...people].toSorted((a, b) => a.localeCompare(b)).map(personItem));
  }

  function personItem(personId: string): HTMLElement {
    const item = document.createElement('li');
    item.dataset['person'] = personId;
    const isOneself = personId === ownId;
    item.append(isOneself ? 'you' : (names.get(personId) ?? personId));
    if (isOneself || !isAdmin()) return item;
    item.append(
      button('only watch', () => decide(personId, 'viewer')),
      button('remove', () => decide(personId, undefined)),
    );
    return item;
  }

  return {
    receive(message) {
      if (message.type === 'cursors') applyAwarenessUpdate(awareness, message.update, 'server');
      if (message.type !== 'people') return;
      for (const personId of message.left) people.delete(personId);
      for (const personId of message.joined) people.add(personId);
      drawPeople();
    },
    reset() {
      awareness.destroy();
      awareness = open();
      people.clear();
      drawCursors();
    },
  };
}

function button(text: string, onClick: () => void): HTMLElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', onClick);
  return made;
}

function cursorOf(state: Readonly<Record<string, unknown>>): Cursor | undefined {
  const { id, name, x, y } = state;
  if (typeof id !== 'string' || typeof x !== 'number' || typeof y !== 'number') return undefined;
  return { id, name: typeof name === 'string' ? name : 'a guest', x, y };
}

/** The same person has the same colour in every window. */
function colorOf(id: string): string {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return `hsl(${hash} 65% 45%)`;
}
