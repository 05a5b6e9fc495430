import { type Change, mayEdit } from '../../domain.ts';
import { AccessDeniedError } from '../../implementations/access-denied.ts';
import { App, type AppDevice } from '../../implementations/hardened/app.ts';
import type { Identity } from '../registry.ts';
import { BrowserDevice, SocketLink } from './browser-device.ts';
import { element } from './element.ts';
import { createNotes } from './notes.ts';
import { createPresence } from './presence.ts';

/** One window: the app of the simulation, with a WebSocket below it and a page above. */

const pulseEveryMs = 4_000;
const cursorEveryMs = 100;
const reconnect = { initialMs: 500, maxMs: 4_000 } as const;

const query = new URLSearchParams(location.search);
const roomId = query.get('room') ?? 'lobby';
const wish = query.get('role') === 'viewer' ? 'viewer' : 'editor';
const identity = await identify();

const board = element('#board', HTMLElement);
const nameField = element('#name', HTMLInputElement);
const draft = element('#draft', HTMLInputElement);
const network = element('#network', HTMLButtonElement);
const role = element('#role', HTMLElement);
const status = element('#status', HTMLElement);

const guests = ['Ada', 'Bruno', 'Chidi', 'Dilan', 'Emeka', 'Farah', 'Greta', 'Hiro'] as const;
nameField.value =
  localStorage.getItem('name') ?? guests[Math.floor(Math.random() * guests.length)] ?? 'Ada';
element('#room', HTMLElement).textContent = roomId;

let app: App | undefined;
let edits = 0;
let note = '';

const person: AppDevice['person'] = {
  id: identity.personId,
  roomId,
  role: wish,
  get name() {
    return nameField.value;
  },
};

const device = new BrowserDevice({
  person,
  identity,
  wish,
  onMessage(message) {
    presence.receive(message);
    // The app has the message a moment later.
    queueMicrotask(draw);
  },
  onConnection() {
    presence.reset();
    draw();
  },
  onRefused(editIds) {
    if (editIds.length > 0) note = `${editIds.length} strokes were refused`;
  },
  onUnknown() {
    sessionStorage.removeItem('identity');
    location.reload();
  },
});

const notes = createNotes({
  board,
  change,
  layerOfNew: () => (draft.checked ? 'drafts' : 'board'),
  mayEdit: () => mayEdit(app?.role),
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

draw();
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
      newClientId: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 1,
      onOpening(opening) {
        app = opening;
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
  note = 'you have no access to this canvas';
}
draw();

function change(made: Change): void {
  edits += 1;
  const edit = {
    id: `${identity.personId}-${Date.now()}-${edits}`,
    by: identity.personId,
    atMs: Date.now(),
    change: made,
  };
  app?.edit(edit).catch(() => {
    note = 'you may not edit this canvas';
  });
  draw();
}

function draw(): void {
  const isOnline = !device.isOffline && app?.isOnline === true;
  const waiting = app?.unconfirmed ?? 0;
  role.textContent = app === undefined ? 'connecting' : (app.role ?? 'no access');
  document.body.dataset['state'] = isOnline ? 'online' : 'offline';
  network.textContent = device.isOffline ? 'Go online' : 'Go offline';
  const connection = isOnline ? 'connected' : 'not connected';
  status.textContent = [connection, waiting > 0 ? `${waiting} to be confirmed` : '', note]
    .filter((part) => part !== '')
    .join(' · ');
  if (app !== undefined) notes.show(app.shapes(), mayEdit(app.role));
}

/** Who this window is, also after it is loaded again. */
async function identify(): Promise<Identity> {
  const kept = sessionStorage.getItem('identity');
  if (kept !== null) return parseIdentity(kept);
  const response = await fetch('/identities', { method: 'POST' });
  const text = await response.text();
  sessionStorage.setItem('identity', text);
  return parseIdentity(text);
}

function parseIdentity(text: string): Identity {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'personId' in value && 'proof' in value) {
    return { personId: String(value.personId), proof: String(value.proof) };
  }
  throw new TypeError(
    'Failed to identify this window: the server gave no identity. Load it again.',
  );
}
