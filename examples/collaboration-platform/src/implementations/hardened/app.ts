import { emptyUpdate } from '../../domain/canvas.ts';
import type { PageDevice } from '../../world/devices.ts';
import {
  type Change,
  type Edit,
  mayEdit,
  type Role,
  type Shape,
  type Shapes,
} from '../../domain.ts';
import type { Link, Receiver } from '../../world/links.ts';
import type { Person } from '../../world/people.ts';
import {
  type ClientMessage,
  type ServerMessage,
  type Stamp,
  stampOf,
} from '../../domain/protocol.ts';
import type { Conflict } from '../../domain/conflicts.ts';
import type { Session } from '../../system.ts';
import { AccessDeniedError } from '../access-denied.ts';
import { cursorUpdate } from './cursors.ts';
import type { Overruled } from './overruled.ts';
import type { Replica, ReplicaStorage } from './replica.ts';
import type { CanvasServer } from './server.ts';

/** What all apps of a run share. */
export interface AppSurroundings {
  readonly server: Pick<CanvasServer, 'connect'>;
  readonly nowMs: () => number;
  /** How long to wait after so many attempts to connect, of which the last ended with this error, in ms. */
  readonly reconnectAfterMs: (attempts: number, error: unknown) => number;
  readonly createReplica: (
    clientId: number,
    storage: ReplicaStorage | undefined,
    overruled: Overruled | undefined,
  ) => Replica;
  /** Looks out for changes that are gone for older ones. Default: nobody does. */
  readonly createOverruled?: (tell: (conflict: Conflict) => void) => Overruled;
  /** A new number for each replica, never used before. */
  readonly newClientId: () => number;
  /** From now until it is closed the app wants its `pulse`. */
  readonly onOpening: (app: App) => void;
  readonly onClosed: (app: App) => void;
}

/** What an app needs of the device: a simulated one, or a browser. */
export interface AppDevice extends Pick<PageDevice, 'connect' | 'onOnline' | 'refused'> {
  readonly person: Pick<Person, 'id' | 'name' | 'roomId' | 'role'>;
  /** Where the replica survives the app. Default: nowhere. */
  readonly storage?: ReplicaStorage;
  /** Called when a change of this device is gone for an older one. Default: nobody is told. */
  readonly onOverruled?: ((conflict: Conflict) => void) | undefined;
}

/**
 * Offline: there is no connection that has brought the canvas, and `connecting` says since when one is
 * being tried, if one is. Online: there is. Closed: the person has gone, or has lost access.
 */
type State =
  | { readonly kind: 'offline'; readonly connecting: Attempt | undefined }
  | { readonly kind: 'online'; readonly link: Link }
  | { readonly kind: 'closed' };

interface Attempt {
  readonly sinceMs: number;
  readonly number: number;
  /** It has failed, and the next one comes after a while. */
  hasFailed: boolean;
}

/** Two answers to a ping are missing. */
const silentAfterMs = 9_000;

/** Who has drawn for hours without a network says so in several messages. */
const stampsAtOnce = 2_000;

/** How long a connection may take to bring the canvas. */
const canvasWithinMs = 8_000;

/**
 * The app on a device: what the person does is on the screen at once, with or without a network, and
 * is sent when there is one.
 */
export class App implements Session, Receiver<ServerMessage> {
  readonly #around: AppSurroundings;
  readonly #device: AppDevice;
  /** What a viewer sees. */
  #shapes: Map<string, Shape> | undefined;
  #replica: Replica;
  /** The replica of which the server has been told when this connection began. */
  #greeted: Replica | undefined;
  #role: Role | undefined;
  #state: State = { kind: 'offline', connecting: undefined };
  #link: Link | undefined;
  #lastHeardMs = 0;
  #cursorClock = 0;
  #onOpened: (() => void) | undefined;

  private constructor(around: AppSurroundings, device: AppDevice) {
    this.#around = around;
    this.#device = device;
    this.#role = device.person.role;
    this.#replica = this.#newReplica();
    device.onOnline = () => this.#reconnect();
  }

  /**
   * Opens the canvas; resolves when it is on the screen, however long the network is away.
   *
   * @throws AccessDeniedError when the person may not enter.
   */
  static async open(around: AppSurroundings, device: AppDevice): Promise<App> {
    const app = new App(around, device);
    around.onOpening(app);
    await new Promise<void>((resolve) => {
      app.#onOpened = resolve;
      app.#connect(1);
    });
    if (app.#role === undefined) throw new AccessDeniedError(device.person, 'enter');
    return app;
  }

  get role(): Role | undefined {
    return this.#role;
  }

  get isOnline(): boolean {
    return this.#state.kind === 'online';
  }

  /** Of the replica: whose cursor is one's own. */
  get clientId(): number {
    return this.#replica.clientId;
  }

  /** Edits that the server has not confirmed yet. */
  get unconfirmed(): readonly Stamp[] {
    return this.#replica.unacknowledged;
  }

  async edit(edit: Edit): Promise<void> {
    this.#change(edit.change, stampOf(edit));
  }

  /** Takes back what was done last in this window, or does it again. The stamp says which. */
  async revise(stamp: Stamp & { readonly kind: 'undo' | 'redo' }): Promise<void> {
    this.#change(stamp.kind, stamp);
  }

  #change(change: Change | 'undo' | 'redo', stamp: Stamp): void {
    if (!mayEdit(this.#role) || this.#state.kind === 'closed') {
      throw new AccessDeniedError(this.#device.person, 'edit');
    }
    const update = this.#replica.edit(change, stamp);
    this.#send({ type: 'update', update, stamps: [stamp], ...this.#ofGeneration() });
  }

  /** Nothing while the document has never begun anew. */
  #ofGeneration(): { readonly generation?: number } {
    const { generation } = this.#replica;
    return generation > 0 ? { generation } : {};
  }

  moveCursor(x: number, y: number): void {
    if (this.#state.kind !== 'online' || !mayEdit(this.#role)) return;
    this.#cursorClock += 1;
    const { id, name } = this.#device.person;
    const cursor = { id, name, x, y };
    const update = cursorUpdate(this.#replica.clientId, this.#cursorClock, cursor);
    this.#send({ type: 'cursor', update });
  }

  has(shapeId: string): boolean {
    return mayEdit(this.#role)
      ? this.#replica.canvas.has(shapeId)
      : this.#shapes?.has(shapeId) === true;
  }

  shapes(): Shapes {
    return mayEdit(this.#role) ? this.#replica.canvas.shapes() : (this.#shapes ?? nothing);
  }

  /** Looks whether the connection still lives, and keeps it alive; called every few seconds. */
  pulse(): void {
    const state = this.#state;
    const nowMs = this.#around.nowMs();
    if (state.kind === 'online') {
      if (nowMs - this.#lastHeardMs > silentAfterMs) this.#reconnect();
      else this.#send({ type: 'ping' });
    } else if (state.kind === 'offline' && state.connecting?.hasFailed === false) {
      if (nowMs - state.connecting.sinceMs > canvasWithinMs) this.#reconnect();
    }
  }

  async close(): Promise<void> {
    // The window stays until everything has been acknowledged: closing it would lose the rest.
    while (this.#replica.hasUnacknowledged && this.#state.kind !== 'closed') await sleep(200);
    this.#send({ type: 'bye' });
    this.#shut();
  }

  receive(message: ServerMessage, link: Link): void {
    // What a connection that was given up still brings would be older than what is known.
    if (link !== this.#link) return;
    this.#lastHeardMs = this.#around.nowMs();
    switch (message.type) {
      case 'state':
        this.#role = message.role;
        this.#takeState(message, link);
        return;
      case 'update':
        this.#replica.receive(message.update);
        return;
      case 'shapes':
        if (message.isWhole) {
          // The right to edit may have been taken away while there was no connection.
          this.#obey('viewer');
          this.#shapes = new Map();
          this.#online(link);
        }
        for (const shape of message.shapes) this.#shapes?.set(shape.id, shape);
        for (const id of message.removed) this.#shapes?.delete(id);
        return;
      case 'ack':
        this.#replica.acknowledge(message.edits);
        return;
      case 'refused':
        this.#beginAnew();
        this.#reconnect();
        return;
      case 'access':
        this.#obey(message.role);
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

  #takeState(message: ServerMessage & { readonly type: 'state' }, link: Link): void {
    const { generation = 0, update, vector } = message;
    // Whoever does it again in a document that has begun anew, without having been away, is not late.
    const isLate = this.#state.kind !== 'online' || generation === this.#replica.generation;
    const lost = this.#replica.receive(update, generation);
    if (lost.length > 0) this.#device.refused(lost.map(({ id }) => id));
    this.#online(link);
    this.#sendAgain(vector, isLate);
  }

  /** Starts anew, whatever there was: a silent connection, or one that never brought the canvas. */
  #reconnect(): void {
    if (this.#state.kind === 'closed') return;
    this.#link?.close();
    this.#link = undefined;
    this.#state = { kind: 'offline', connecting: undefined };
    this.#connect(1);
  }

  #connect(number: number): void {
    const attempt = { sinceMs: this.#around.nowMs(), number, hasFailed: false };
    this.#state = { kind: 'offline', connecting: attempt };
    this.#device.connect().then(
      (link) => this.#greet(attempt, link),
      (error: unknown) => this.#connectLater(attempt, error),
    );
  }

  #connectLater(attempt: Attempt, error: unknown): void {
    attempt.hasFailed = true;
    const delayMs = this.#around.reconnectAfterMs(attempt.number, error);
    setTimeout(() => {
      if (this.#isCurrent(attempt)) this.#connect(attempt.number + 1);
    }, delayMs);
  }

  #isCurrent(attempt: Attempt): boolean {
    return this.#state.kind === 'offline' && this.#state.connecting === attempt;
  }

  #greet(attempt: Attempt, link: Link): void {
    if (!this.#isCurrent(attempt)) {
      link.close();
      return;
    }
    this.#link = link;
    const { id, name, roomId } = this.#device.person;
    this.#greeted = this.#replica;
    link.device = this;
    link.server = this.#around.server.connect(link, {
      personId: id,
      name,
      roomId,
      clientId: this.#replica.clientId,
      vector: this.#replica.vector,
      ...this.#ofGeneration(),
    });
  }

  #online(link: Link): void {
    this.#state = { kind: 'online', link };
    this.#opened();
  }

  #opened(): void {
    this.#onOpened?.();
    this.#onOpened = undefined;
  }

  /** What was done without a connection, or lost with one: everything that the server lacks. */
  #sendAgain(vector: Uint8Array, isLate: boolean): void {
    if (!this.#replica.hasUnacknowledged && !this.#replica.isAheadOf(vector)) return;
    const late = this.#replica.unacknowledged.map((stamp) => ({
      ...stamp,
      isLate: isLate || stamp.isLate,
    }));
    const generation = this.#ofGeneration();
    const stamps = late.slice(0, stampsAtOnce);
    this.#send({ type: 'update', update: this.#replica.since(vector), stamps, ...generation });
    for (let at = stampsAtOnce; at < late.length; at += stampsAtOnce) {
      const more = late.slice(at, at + stampsAtOnce);
      this.#send({ type: 'update', update: emptyUpdate, stamps: more, ...generation });
    }
  }

  #send(message: ClientMessage): void {
    if (this.#state.kind === 'online') this.#state.link.sendUp(message);
  }

  /**
   * The server has given a right, or has taken one away: then it will not keep what it has not acknowledged.
   * Whoever may edit again has a new replica, of which the server hears with a new connection.
   */
  #obey(role: Role | undefined): void {
    if (mayEdit(role) && this.#replica !== this.#greeted) {
      this.#reconnect();
      return;
    }
    if (mayEdit(this.#role) && !mayEdit(role)) this.#beginAnew();
    this.#role = role;
    if (role === undefined) this.#shut();
    this.#opened();
  }

  #beginAnew(): void {
    this.#device.refused(this.#replica.unacknowledged.map(({ id }) => id));
    this.#replica.discard();
    this.#replica = this.#newReplica();
  }

  #newReplica(): Replica {
    const { createReplica, createOverruled, newClientId } = this.#around;
    const { storage, onOverruled } = this.#device;
    const overruled = onOverruled && createOverruled?.(onOverruled);
    return createReplica(newClientId(), storage, overruled);
  }

  #shut(): void {
    if (this.#state.kind === 'closed') return;
    this.#link?.close();
    this.#state = { kind: 'closed' };
    this.#device.onOnline = undefined;
    this.#around.onClosed(this);
  }
}

const nothing: Shapes = new Map();

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
