// First of all imports: what stands below makes schemas.
export { zodSettings } from './no-eval.ts';
import { type Change, mayEdit, shapeIdOf, type Shapes } from '../../domain.ts';
import { AccessDeniedError } from '../../implementations/access-denied.ts';
import { App, type AppDevice } from '../../implementations/hardened/app.ts';
import { createReplica } from '../../implementations/hardened/replica.ts';
import { BrowserDevice, SocketLink } from './browser-device.ts';
import { element } from './element.ts';
import { forgetIdentity, takeSlot } from './identity.ts';
import { createLosses, lostOf } from './losses.ts';
import { createNotes } from './notes.ts';
import { keepPage } from './offline.ts';
import { createPresence } from './presence.ts';
import { openReplicaStorage } from './replica-storage.ts';

/** One window: the app of the simulation, with a WebSocket below it and a page above. */

const pulseEveryMs = 4_000;
const cursorEveryMs = 100;
const reconnect = { initialMs: 500, maxMs: 4_000 } as const;

/** What is written into one note within this is one edit to the history. */
const oneEditMs = 1_000;

const query = new URLSearchParams(location.search);
const roomId = query.get('room') ?? 'lobby';
const wish = query.get('role') === 'viewer' ? 'viewer' : 'editor';
const slot = await takeSlot();
const { identity } = slot;

const board = element('#board', HTMLElement);
const view = element('main', HTMLElement);
const nameField = element('#name', HTMLInputElement);
const draft = element('#draft', HTMLInputElement);
const network = element('#network', HTMLButtonElement);
const invite = element('#invite', HTMLButtonElement);
const role = element('#role', HTMLElement);
const status = element('#status', HTMLElement);
const reason = element('#reason', HTMLElement);
const tools = ['#new', '#undo', '#redo'].map((id) => element(id, HTMLButtonElement));

const guests = ['Ada', 'Bruno', 'Chidi', 'Dilan', 'Emeka', 'Farah', 'Greta', 'Hiro'] as const;
nameField.value =
  localStorage.getItem('name') ?? guests[Math.floor(Math.random() * guests.length)] ?? 'Ada';
element('#room', HTMLElement).textContent = roomId;

let app: App | undefined;
let edits = 0;
/** What was written last into which note, and since when. */
let writing:
  | { readonly shapeId: string; readonly id: string; readonly sinceMs: number }
  | undefined;
/** What the server did not take: compared with what is there as soon as that is known. */
let refused: { readonly before: Shapes; readonly ids: ReadonlySet<string> } | undefined;

const person: AppDevice['person'] = {
  id: identity.personId,
  roomId,
  role: wish,
  get name() {
    return nameField.value;
  },
};

const storage = await openReplicaStorage(`canvas/${roomId}/${slot.name}`, () =>
  explain(
    'This browser keeps nothing: what you write without a connection is gone with this page.',
  ),
);

const device = new BrowserDevice({
  person,
  identity,
  wish,
  invitation: query.get('invitation') ?? undefined,
  storage,
  onMessage(message) {
    presence.receive(message);
    if (message.type === 'refused') explain(message.reason);
    // The app has the message a moment later.
    queueMicrotask(draw);
  },
  onConnection() {
    presence.reset();
    draw();
  },
  onRefused() {
    const before = app?.shapes() ?? new Map();
    const ids = new Set((app?.unconfirmed ?? []).map(({ shapeId }) => shapeId));
    // Without an edit of this window it is the server that has lost something.
    refused = { before, ids: ids.size > 0 ? ids : new Set(before.keys()) };
  },
  onUnknown() {
    forgetIdentity(slot);
    location.reload();
  },
  onElsewhere: () => explain('This canvas is open in another window, as the same person.'),
});

const notes = createNotes({
  board,
  change,
  layerOfNew: () => (draft.checked ? 'drafts' : 'board'),
  mayEdit: () => mayEdit(app?.role),
  onVanished: (shape) => losses.add([shape], 'was deleted by somebody while you wrote on it.'),
});

const losses = createLosses({
  key: `lost/${roomId}/${slot.name}`,
  putBack(text) {
    if (!mayEdit(app?.role)) return false;
    notes.putUp(middle(), text);
    return true;
  },
});

const presence = createPresence({
  board,
  ownId: identity.personId,
  ownClientId: () => app?.clientId ?? 0,
  isAdmin: () => app?.role === 'admin',
  decide: (personId, decided) => device.decide(personId, decided),
});

nameField.addEventListener('change', () => localStorage.setItem('name', nameField.value));
network.addEventListener('click', () => {
  if (device.isOffline) device.goOnline();
  else device.goOffline();
  draw();
});
window.addEventListener('offline', () => device.goOffline());
window.addEventListener('online', () => device.goOnline());

let movedAtMs = 0;
board.addEventListener('pointermove', (event) => {
  if (event.timeStamp - movedAtMs < cursorEveryMs) return;
  movedAtMs = event.timeStamp;
  const { left, top } = board.getBoundingClientRect();
  app?.moveCursor(Math.round(event.clientX - left), Math.round(event.clientY - top));
});

element('#new', HTMLElement).addEventListener('click', () => notes.putUp(middle()));
element('#undo', HTMLElement).addEventListener('click', () => revise('undo'));
element('#redo', HTMLElement).addEventListener('click', () => revise('redo'));
invite.addEventListener('click', () => void copyInvitation());
document.addEventListener('keydown', (event) => {
  if (event.target === board && event.key === 'Enter') {
    event.preventDefault();
    notes.putUp(middle());
  }
  const isCommand = (event.ctrlKey || event.metaKey) && event.target !== nameField;
  const key = event.key.toLowerCase();
  if (!isCommand || (key !== 'z' && key !== 'y')) return;
  // The browser would take back what others wrote, too.
  event.preventDefault();
  revise(key === 'y' || event.shiftKey ? 'redo' : 'undo');
});

draw();
keepPage().catch(() => {
  // Without it the page needs the server to be loaded; what was written is kept all the same.
});
try {
  await App.open(
    {
      server: {
        connect(peer, hello) {
          if (peer instanceof SocketLink) peer.greet(hello);
          return { receive() {}, lost() {} };
        },
      },
      nowMs: () => Date.now(),
      reconnectAfterMs: (attempts) =>
        Math.random() * Math.min(reconnect.maxMs, reconnect.initialMs * 2 ** (attempts - 1)),
      createReplica,
      newClientId: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1,
      onOpening(opening) {
        app = opening;
        draw();
        setInterval(() => {
          opening.pulse();
          draw();
        }, pulseEveryMs);
      },
      onClosed: () => draw(),
    },
    device,
  );
} catch (error) {
  if (!(error instanceof AccessDeniedError)) throw error;
  explain('You have no access to this canvas. Ask its admin for an invitation.');
}
draw();

function change(made: Change): void {
  const nowMs = Date.now();
  const edit = { id: editIdOf(made, nowMs), by: identity.personId, atMs: nowMs, change: made };
  app?.edit(edit).catch(() => explain('You may not edit this canvas.'));
  draw();
}

function editIdOf(made: Change, nowMs: number): string {
  const shapeId = shapeIdOf(made);
  const isSame = made.kind === 'write' && writing?.shapeId === shapeId;
  if (isSame && writing !== undefined && nowMs - writing.sinceMs < oneEditMs) return writing.id;
  const id = newEditId(nowMs);
  writing = made.kind === 'write' ? { shapeId, id, sinceMs: nowMs } : undefined;
  return id;
}

function newEditId(nowMs: number): string {
  edits += 1;
  return `${identity.personId}-${nowMs}-${edits}`;
}

function revise(kind: 'undo' | 'redo'): void {
  const atMs = Date.now();
  const stamp = { id: newEditId(atMs), by: identity.personId, atMs, shapeId: '', isLate: false };
  writing = undefined;
  app?.revise({ ...stamp, kind }).catch(() => explain('You may not edit this canvas.'));
  draw();
}

/** A place in the middle of what is to be seen. */
function middle(): { readonly x: number; readonly y: number } {
  const { scrollLeft, scrollTop, clientWidth, clientHeight } = view;
  return { x: Math.max(0, scrollLeft + clientWidth / 2 - 85), y: scrollTop + clientHeight / 3 };
}

async function copyInvitation(): Promise<void> {
  const body = JSON.stringify({ ...identity, roomId, role: 'editor' });
  const response = await fetch('/invitations', { method: 'POST', body });
  if (!response.ok) {
    explain('The server gave no invitation. Try again in a while.');
    return;
  }
  const answer: unknown = await response.json();
  if (typeof answer !== 'object' || answer === null || !('invitation' in answer)) return;
  const link = new URL('/', location.href);
  link.search = new URLSearchParams({
    room: roomId,
    invitation: String(answer.invitation),
  }).toString();
  explain(`Whoever has this link may write here, until access is changed again: ${link.href}`);
  await navigator.clipboard?.writeText(link.href).catch(() => {});
}

function explain(text: string): void {
  reason.textContent = text;
  reason.hidden = false;
}

function draw(): void {
  const isOnline = !device.isOffline && app?.isOnline === true;
  const waiting = app?.unconfirmed.length ?? 0;
  const isEditor = mayEdit(app?.role);
  role.textContent = app === undefined ? 'connecting' : (app.role ?? 'no access');
  document.body.dataset['state'] = isOnline ? 'online' : 'offline';
  network.textContent = device.isOffline ? 'Go online' : 'Go offline';
  invite.hidden = app?.role !== 'admin';
  for (const tool of tools) tool.disabled = !isEditor;
  const connection = isOnline ? 'connected' : 'not connected';
  status.textContent = [connection, waiting > 0 ? `${waiting} to be confirmed` : '']
    .filter((part) => part !== '')
    .join(' · ');
  if (app === undefined) return;
  notes.show(app.shapes(), isEditor);
  if (refused === undefined || (!isOnline && app.role !== undefined)) return;
  losses.add(lostOf(refused.before, app.shapes(), refused.ids), 'was not taken by the server.');
  refused = undefined;
}
