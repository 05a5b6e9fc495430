import { backoffDelayMs } from '@firedrill/core/resilience';
import type { Device } from '../../devices.ts';
import { type Edit, mayEdit, type Role, type Shape } from '../../domain.ts';
import type { Link } from '../../links.ts';
import { type ServerMessage, type Stamp, stampOf } from '../../protocol.ts';
import type { Session } from '../../system.ts';
import { AccessDeniedError } from '../access-denied.ts';
import { createReplica, type Replica } from './replica.ts';
import type { CanvasServer } from './server.ts';

/**
 * The app on a device: what the person does is on the screen at once, with or without a network, and
 * is sent when there is one.
 *
 * It is offline until a connection has brought the canvas, online until the server has been silent for
 * too long, then offline again; closed when the person goes or has lost access.
 */
export interface App extends Session {
  /** Looks whether the connection still lives; called about once a second. */
  pulse(): void;
}

interface AppOptions {
  readonly device: Device;
  readonly server: CanvasServer;
  readonly nowMs: () => number;
  /** Uniform in [0, 1): for the jitter of reconnecting. */
  readonly random: () => number;
  /** A new number for each replica, never used before. */
  readonly newClientId: () => number;
  readonly onClosed: (app: App) => void;
}

type State =
  | { readonly kind: 'offline' }
  | { readonly kind: 'online'; readonly link: Link }
  | { readonly kind: 'closed' };

const pingAfterMs = 4_000;

/** Two answers to a ping are missing. */
const silentAfterMs = 9_000;

/** How long a connection may take to bring the canvas. */
const canvasWithinMs = 8_000;

const reconnectBackoff = { initialMs: 500, maxMs: 4_000, factor: 2, jitter: 'full' } as const;

/** Opens the canvas: resolves when it is on the screen. */
export async function openApp(options: AppOptions): Promise<App> {
  const { device, server, nowMs, random, newClientId } = options;
  const { person } = device;
  const shapes = new Map<string, Shape>();
  /** Edits that the server has not acknowledged. */
  const unacknowledged = new Map<string, Stamp>();
  let replica: Replica = createReplica(newClientId());
  let role: Role | undefined = person.role;
  let state: State = { kind: 'offline' };
  let current: Link | undefined;
  let lastHeardMs = 0;
  let lastSentMs = 0;
  let isConnecting = false;
  const onSettled = new Set<() => void>();

  const settled = (): void => {
    for (const listener of onSettled) listener();
  };

  /** One attempt: a connection, and the canvas over it. */
  async function connect(): Promise<void> {
    const link = await device.connect();
    if (state.kind === 'closed') {
      link.close();
      return;
    }
    current = link;
    const { id, name, roomId } = person;
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        link.close();
        reject(new Error(`Failed to open ${roomId}: no canvas within ${canvasWithinMs} ms.`));
      }, canvasWithinMs);
      link.onDown = (message) => {
        // What a connection that was given up still brings would be older than what is known.
        if (link !== current) return;
        lastHeardMs = nowMs();
        receive(link, message);
        if (message.type !== 'state' && message.type !== 'access' && message.type !== 'shapes') return;
        clearTimeout(late);
        resolve();
      };
      const connection = server.connect(peerOf(link), {
        personId: id,
        name,
        roomId,
        clientId: mayEdit(role) ? replica.clientId : undefined,
        vector: replica.vector,
      });
      link.onUp = (message) => connection.receive(message);
    });
  }

  /** Tries until it works, or the person has gone. */
  async function reconnect(): Promise<void> {
    if (isConnecting) return;
    isConnecting = true;
    for (let attempt = 1; state.kind === 'offline'; attempt += 1) {
      try {
        await connect();
      } catch {
        await sleep(backoffDelayMs(reconnectBackoff, attempt, random));
      }
    }
    isConnecting = false;
  }

  function receive(link: Link, message: ServerMessage): void {
    switch (message.type) {
      case 'state':
        role = message.role;
        replica.receive(message.update);
        online(link);
        sendAgain(message.vector);
        return;
      case 'update':
        replica.receive(message.update);
        return;
      case 'shapes':
        if (message.isWhole) {
          role = 'viewer';
          shapes.clear();
          online(link);
        }
        for (const shape of message.shapes) shapes.set(shape.id, shape);
        for (const id of message.removed) shapes.delete(id);
        return;
      case 'ack':
        for (const id of message.edits) unacknowledged.delete(id);
        settled();
        return;
      case 'access':
        obey(message.role);
        return;
      case 'cursors':
      case 'people':
      case 'audit':
      case 'pong':
        return;
      default:
        throw new TypeError(`There is no message ${JSON.stringify(message satisfies never)}.`);
    }
  }

  function online(link: Link): void {
    if (state.kind === 'closed') return;
    state = { kind: 'online', link };
    lastHeardMs = nowMs();
    settled();
  }

  /** What was done without a connection, or lost with one: everything that the server lacks. */
  function sendAgain(vector: Uint8Array): void {
    if (unacknowledged.size === 0) return;
    const stamps = [...unacknowledged.values()].map((stamp) => ({ ...stamp, isLate: true }));
    send({ type: 'update', update: replica.since(vector), stamps });
  }

  function send(message: Parameters<Link['sendUp']>[0]): void {
    if (state.kind !== 'online') return;
    lastSentMs = nowMs();
    state.link.sendUp(message);
  }

  /** The server took a right away: what it has not acknowledged it will not keep. */
  function obey(newRole: Role | undefined): void {
    if (mayEdit(role) && !mayEdit(newRole)) {
      device.refused([...unacknowledged.keys()]);
      unacknowledged.clear();
      replica = createReplica(newClientId());
    }
    role = newRole;
    if (role === undefined) shut();
    settled();
  }

  function shut(): void {
    if (state.kind === 'online') state.link.close();
    state = { kind: 'closed' };
    device.onOnline = undefined;
  }

  device.onOnline = () => void reconnect();
  const first = new Promise<void>((resolve) => {
    const listener = (): void => {
      if (state.kind === 'offline') return;
      onSettled.delete(listener);
      resolve();
    };
    onSettled.add(listener);
  });
  void reconnect();
  await first;
  if (role === undefined) throw new AccessDeniedError(person, 'enter');

  const app: App = {
    get role() {
      return role;
    },

    async edit(edit) {
      if (!mayEdit(role)) throw new AccessDeniedError(person, 'edit');
      applyLocally(edit);
    },

    moveCursor(x, y) {
      if (state.kind !== 'online' || !mayEdit(role)) return;
      send({ type: 'cursor', update: replica.presence.moveOwn({ name: person.name, x, y }) });
    },

    has: (shapeId) =>
      mayEdit(role) ? replica.canvas.shape(shapeId) !== undefined : shapes.has(shapeId),
    shapes: () => (mayEdit(role) ? replica.canvas.shapes() : shapes),

    pulse() {
      if (state.kind === 'offline') void reconnect();
      if (state.kind !== 'online') return;
      if (nowMs() - lastHeardMs > silentAfterMs) {
        state.link.close();
        state = { kind: 'offline' };
        void reconnect();
      } else if (nowMs() - lastSentMs > pingAfterMs) {
        send({ type: 'ping' });
      }
    },

    async close() {
      // The window stays until everything has been acknowledged: closing it would lose the rest.
      while (unacknowledged.size > 0 && state.kind !== 'closed') await sleep(200);
      send({ type: 'bye' });
      shut();
      options.onClosed(app);
    },
  };
  return app;

  function applyLocally(edit: Edit): void {
    const { doc } = replica.canvas;
    const stamp = stampOf(edit);
    unacknowledged.set(edit.id, stamp);
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array): unknown => updates.push(update);
    doc.on('update', keep);
    replica.canvas.apply(edit.change, 'person');
    doc.off('update', keep);
    for (const update of updates) send({ type: 'update', update, stamps: [stamp] });
  }
}

const peerOf = (link: Link) => ({
  send: link.send.bind(link),
  get bufferedBytes() {
    return link.bufferedBytes;
  },
  close: () => link.close(),
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
