import type { RawData, WebSocket } from 'ws';
import type { z } from 'zod';
import type { Frame } from '../domain/protocol.ts';
import type { Peer } from '../implementations/hardened/member.ts';
import type { CanvasServer, Connection } from '../implementations/hardened/server.ts';
import { closeCodes } from './close-codes.ts';
import type { Identities } from './identities.ts';
import type { Limits } from './limits.ts';
import { helloSchema, ownCursor, type WindowMessage, windowMessageSchema } from './messages.ts';
import type { Visitor } from './peers.ts';
import { type Records, TooManyRoomsError } from './records.ts';
import { decode, encode } from './wire.ts';

type Hello = z.infer<typeof helloSchema>;

/** What all conversations share. */
export interface Salon {
  readonly canvases: CanvasServer;
  readonly identities: Identities;
  readonly records: Records;
  readonly limits: Limits;
  /** The conversation by which a person is in a room: there is one. */
  readonly seats: Map<string, Conversation>;
  readonly onFault: (roomId: string, error: unknown) => void;
}

/**
 * One window and the server: silent until it says who is there; greeting while it is looked up what they
 * may do, when nothing is read from it; talking; and over.
 */
type State =
  | { readonly kind: 'silent' }
  | { readonly kind: 'greeting' }
  | { readonly kind: 'talking'; readonly hello: Hello; readonly connection: Connection }
  | { readonly kind: 'over' };

/** How long the other end has to take the last word. */
const closeWithinMs = 1_000;

export class Conversation {
  readonly #salon: Salon;
  readonly #socket: WebSocket;
  readonly #visitor: Visitor;
  #state: State = { kind: 'silent' };
  #late: NodeJS.Timeout | undefined;

  constructor(salon: Salon, socket: WebSocket, visitor: Visitor) {
    this.#salon = salon;
    this.#socket = socket;
    this.#visitor = visitor;
  }

  /** A message has come. What it does wrong ends the conversation, and nothing else. */
  hear(data: RawData): void {
    if (this.#state.kind === 'over') return;
    if (!(data instanceof Uint8Array) || !this.#visitor.heard(data.length)) {
      this.#end(closeCodes.tooMany, 'too many messages');
      return;
    }
    if (this.#state.kind === 'silent') {
      this.#greet(data);
      return;
    }
    const message = parsed(windowMessageSchema, data);
    if (message === undefined || this.#state.kind === 'greeting') {
      this.#end(closeCodes.policy, 'not understood');
      return;
    }
    try {
      this.#handle(this.#state, message);
    } catch {
      this.#end(closeCodes.policy, 'not understood');
    }
  }

  /** The socket is closed. */
  ended(): void {
    this.#leave();
    clearTimeout(this.#late);
    this.#visitor.left();
  }

  /** The same person has come to the same canvas by another socket. */
  replaced(): void {
    this.#end(closeCodes.elsewhere, 'open in another window');
  }

  #leave(): void {
    const state = this.#state;
    this.#state = { kind: 'over' };
    if (state.kind !== 'talking') return;
    const { seats } = this.#salon;
    const seat = seatOf(state.hello);
    if (seats.get(seat) === this) seats.delete(seat);
    state.connection.lost();
  }

  #greet(data: Uint8Array): void {
    const { identities, limits } = this.#salon;
    const hello = data.length > limits.helloBytes ? undefined : parsed(helloSchema, data);
    if (hello === undefined) {
      this.#end(closeCodes.policy, 'not understood');
    } else if (!identities.isGenuine(hello)) {
      this.#end(closeCodes.unknownPerson, 'unknown person');
    } else if (!this.#visitor.isNow(hello.personId)) {
      this.#end(closeCodes.tooMany, 'too many connections');
    } else {
      this.#state = { kind: 'greeting' };
      // What is sent meanwhile waits at the sender.
      this.#socket.pause();
      this.#welcome(hello).catch((error: unknown) => {
        if (!(error instanceof TooManyRoomsError)) this.#salon.onFault(hello.roomId, error);
        this.#end(closeCodes.tryLater, 'try again later');
      });
    }
  }

  async #welcome(hello: Hello): Promise<void> {
    const { canvases, records, seats } = this.#salon;
    const { personId, name, roomId, clientId, vector } = hello;
    await records.welcome(hello);
    if (clientId !== undefined && (await records.isForeign(clientId, hello))) {
      this.#end(closeCodes.policy, 'the replica of somebody else');
      return;
    }
    if (this.#state.kind !== 'greeting') return;
    const seat = seatOf(hello);
    seats.get(seat)?.replaced();
    seats.set(seat, this);
    const connection = canvases.connect(this.#peer(), { personId, name, roomId, clientId, vector });
    this.#state = { kind: 'talking', hello, connection };
    this.#socket.resume();
  }

  #handle(
    { hello, connection }: Extract<State, { kind: 'talking' }>,
    message: WindowMessage,
  ): void {
    const { personId, roomId, clientId } = hello;
    switch (message.type) {
      case 'cursor':
        if (clientId === undefined) return;
        connection.receive({
          type: 'cursor',
          update: ownCursor(message.update, { personId, clientId }),
        });
        return;
      case 'decide':
        // Whoever is no admin has no button for it, and needs no explanation.
        this.#salon.canvases
          .changeAccess({ roomId, personId: message.personId, role: message.role, by: personId })
          .catch(() => {});
        return;
      case 'update':
      case 'ping':
      case 'bye':
        connection.receive(message);
        return;
      default:
        throw new TypeError(`There is no message ${JSON.stringify(message satisfies never)}.`);
    }
  }

  /** The end of the socket as the room server sees it. Whatever it sends counts, pongs as well. */
  #peer(): Peer {
    const socket = this.#socket;
    const end = this.#end.bind(this);
    const { bufferedBytes } = this.#salon.limits;
    return {
      send(frame) {
        if (socket.readyState !== socket.OPEN) return;
        if (socket.bufferedAmount > bufferedBytes) {
          socket.terminate();
          return;
        }
        socket.send(wireOf(frame));
        const { message } = frame;
        if (message.type === 'access' && message.role === undefined) {
          queueMicrotask(() => end(closeCodes.noAccess, 'no access'));
        }
      },
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      // One that is closing has a last word on its way.
      close() {
        if (socket.readyState === socket.OPEN) socket.terminate();
      },
    };
  }

  #end(code: number, reason: string): void {
    if (this.#state.kind === 'over') return;
    this.#leave();
    this.#socket.close(code, reason);
    // Of who sends too much nothing more is read, the answer included.
    if (code === closeCodes.tooMany) this.#socket.pause();
    this.#late = setTimeout(() => this.#socket.terminate(), closeWithinMs);
  }
}

const seatOf = ({ personId, roomId }: Pick<Hello, 'personId' | 'roomId'>): string =>
  `${roomId}\n${personId}`;

const wires = new WeakMap<Frame, Uint8Array>();

/** A frame goes to many: it is put into bytes once. */
function wireOf(frame: Frame): Uint8Array {
  const known = wires.get(frame);
  if (known !== undefined) return known;
  const wire = encode(frame.message);
  wires.set(frame, wire);
  return wire;
}

function parsed<Message>(
  schema: { safeParse(value: unknown): { readonly data?: Message } },
  bytes: Uint8Array,
): Message | undefined {
  try {
    return schema.safeParse(decode(bytes)).data;
  } catch {
    return undefined;
  }
}
