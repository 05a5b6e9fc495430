import type { WorldContext } from '@firedrill/core/scenario';
import type { Random } from '@firedrill/core/simulation';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import type { Person } from './people.ts';
import type { ClientMessage, Frame, ServerMessage, Stamp } from '../domain/protocol.ts';
import type { Screen } from './screens.ts';
import { measures } from '../measurements.ts';
import type { Canvases } from '../types.ts';
import type { Access, Deeds } from '../truth.ts';

/** One connection between a device and the server, from its handshake to its end. */
export interface Link {
  /** Server to device. Never refuses: what the network does not take yet is buffered here. */
  send(frame: Frame): void;
  /** Bytes from the server that the network has not taken yet. */
  readonly bufferedBytes: number;
  /** Device to server. */
  sendUp(message: ClientMessage): void;
  /** What comes from the server goes here. */
  device: Receiver<ServerMessage> | undefined;
  /** What comes from the device goes here. */
  server: Receiver<ClientMessage> | undefined;
  /** The network is gone. Nothing gets through any more, and neither side is told. */
  cut(): void;
  /** Either side ends it; what is on its way still arrives, and nothing is sent any more. */
  close(): void;
}

/** A link as the network has it. */
export interface NetworkLink extends Link {
  /** The process of the server is gone: nothing is sent any more, and nothing arrives. */
  end(): void;
}

/** One end of a link. */
export interface Receiver<Message> {
  receive(message: Message, link: Link): void;
}

/** Makes links, and measures what they carry. */
export interface Links {
  open(person: Person, screen: Screen, access: Access): NetworkLink;
  readonly totals: LinkTotals;
}

export interface LinkTotals {
  /** To devices, by links and by the push gateway. */
  frames: number;
  bytes: number;
  /** The most that ever waited for one person. */
  peakBufferedBytes: number;
  /** When a message that changes a canvas was last delivered, to anybody. */
  lastContentAtMs: number;
}

/** Above this, what waits for one person counts as unbounded: eight seconds of a thin link. */
export const bufferLimitBytes = 65_536;

/** What a path adds to its usual time, at most. */
const jitterMs = 4;

/** On a wider link a cursor is never late enough to see. */
const wideFromBytesPerSecond = 100_000;

interface Delivery {
  readonly link: SimulatedLink;
  readonly up: ClientMessage | undefined;
  readonly down: ServerMessage | undefined;
}

interface Surroundings {
  readonly context: WorldContext<Canvases>;
  readonly deeds: Deeds;
  readonly jitter: Random;
  readonly deliveries: Deliveries<Delivery>;
  readonly totals: LinkTotals;
}

/**
 * The network between devices and server: a time on the way, a bandwidth, and order within a link.
 *
 * Cursors and lists of people on wide links are accounted for and not delivered: they take their
 * bytes and their time on the screen, and nothing that is checked depends on the moment at which one
 * of them is drawn. On thin links, where they compete with edits, they are delivered like the rest.
 */
export function createLinks(context: WorldContext<Canvases>, deeds: Deeds): Links {
  const totals: LinkTotals = { frames: 0, bytes: 0, peakBufferedBytes: 0, lastContentAtMs: 0 };
  const deliveries = createDeliveries<Delivery>(context.elapsedMs, ({ link, up, down }) => {
    if (up !== undefined) link.arriveUp(up);
    else if (down !== undefined) link.arriveDown(down);
  });
  const jitter = context.random('paths');
  const surroundings = { context, deeds, jitter, deliveries, totals };
  return {
    open: (person, screen, access) => new SimulatedLink(surroundings, person, screen, access),
    totals,
  };
}

class SimulatedLink implements NetworkLink {
  device: Receiver<ServerMessage> | undefined = undefined;
  server: Receiver<ClientMessage> | undefined = undefined;
  readonly #around: Surroundings;
  readonly #person: Person;
  readonly #screen: Screen;
  readonly #access: Access;
  readonly #bytesPerMs: number;
  readonly #isWide: boolean;
  #state: 'open' | 'closed' | 'cut' | 'ended' = 'open';
  /** When the network has taken everything that was sent so far. */
  #takenAtMs = 0;
  /** What was sent after the network had gone. */
  #stuckBytes = 0;
  #lastDownMs = 0;
  #lastUpMs = 0;

  constructor(around: Surroundings, person: Person, screen: Screen, access: Access) {
    this.#around = around;
    this.#person = person;
    this.#screen = screen;
    this.#access = access;
    this.#bytesPerMs = person.bytesPerSecond / 1_000;
    this.#isWide = person.bytesPerSecond >= wideFromBytesPerSecond;
  }

  get bufferedBytes(): number {
    const waitingMs = this.#takenAtMs - this.#around.context.elapsedMs();
    return this.#stuckBytes + (waitingMs > 0 ? waitingMs * this.#bytesPerMs : 0);
  }

  send({ message, bytes }: Frame): void {
    if (this.#state === 'closed' || this.#state === 'ended') return;
    const { context, deeds, totals } = this.#around;
    const nowMs = context.elapsedMs();
    deeds.sent(this.#access, message, nowMs);
    totals.frames += 1;
    totals.bytes += bytes;
    if (this.#state === 'cut') {
      this.#stuckBytes += bytes;
      this.#noteBuffered(this.#stuckBytes);
      return;
    }
    // What is sent after the network has gone is on no screen.
    deeds.told.sent(this.#person, this, message);
    this.#takenAtMs = Math.max(nowMs, this.#takenAtMs) + bytes / this.#bytesPerMs;
    this.#noteBuffered((this.#takenAtMs - nowMs) * this.#bytesPerMs);
    if (this.#isWide && isAmbient(message)) {
      this.#screen.drawReceived(1, nowMs);
      return;
    }
    this.#lastDownMs = Math.max(this.#lastDownMs, this.#takenAtMs + this.#pathMs());
    this.#deliver(this.#lastDownMs, undefined, message);
  }

  sendUp(message: ClientMessage): void {
    if (this.#state !== 'open') return;
    const sentMs = this.#around.context.elapsedMs();
    this.#lastUpMs = Math.max(this.#lastUpMs, sentMs + this.#pathMs());
    this.#deliver(this.#lastUpMs, message, undefined);
  }

  arriveUp(message: ClientMessage): void {
    if (this.#isPassing) this.server?.receive(message, this);
  }

  arriveDown(message: ServerMessage): void {
    if (!this.#isPassing) return;
    measureArrival(this.#around, this.#person.id, this.#screen, message);
    this.device?.receive(message, this);
  }

  cut(): void {
    if (this.#state !== 'ended') this.#state = 'cut';
  }

  end(): void {
    this.#state = 'ended';
  }

  close(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#around.deeds.told.closed(this.#person.id, this);
  }

  /** Whether what is on its way arrives. */
  get #isPassing(): boolean {
    return this.#state === 'open' || this.#state === 'closed';
  }

  #pathMs(): number {
    return this.#person.pathMs + jitterMs * this.#around.jitter.next();
  }

  #deliver(dueMs: number, up: ClientMessage | undefined, down: ServerMessage | undefined): void {
    this.#around.deliveries.add(dueMs, { link: this, up, down });
  }

  #noteBuffered(bytes: number): void {
    const { context, totals } = this.#around;
    if (bytes <= totals.peakBufferedBytes) return;
    totals.peakBufferedBytes = bytes;
    if (bytes <= bufferLimitBytes) return;
    const text = `${Math.round(bytes / 1_024)} KB wait for ${this.#person.id}`;
    context.violate('memory-bounded', text);
  }
}

/** What a person's screen gets to see, and how long after it was made. */
export function measureArrival(
  { context, totals }: Pick<Surroundings, 'context' | 'totals'>,
  personId: string,
  screen: Screen,
  message: ServerMessage,
): void {
  const stamps = stampsOf(message);
  const nowMs = context.elapsedMs();
  const drawnInMs = screen.drawReceived(stamps.length, nowMs);
  if (stamps.length === 0) return;
  totals.lastContentAtMs = nowMs;
  for (const { by, atMs, isLate } of stamps) {
    if (by === personId || isLate) continue;
    context.meter.record(measures.remote, nowMs + drawnInMs - atMs);
  }
}

const none: readonly Stamp[] = [];

const stampsOf = (message: ServerMessage): readonly Stamp[] =>
  message.type === 'state' || message.type === 'update' || message.type === 'shapes'
    ? message.stamps
    : none;

const isAmbient = ({ type }: ServerMessage): boolean => type === 'cursors' || type === 'people';
