import { once } from 'node:events';
import { setTimeout as sleepFor } from 'node:timers/promises';
import * as Y from 'yjs';
import { WebSocket } from 'ws';
import { Canvas } from '../src/domain/canvas.ts';
import type { ServerMessage, Stamp } from '../src/domain/protocol.ts';
import type { Identity } from '../src/serve/identities.ts';
import { decode, encode } from '../src/serve/wire.ts';

/** Nothing that a test waits for takes longer, unless it never comes. */
const giveUpAfterMs = 60_000;

export interface ClientOptions {
  readonly room?: string;
  readonly identity?: Identity;
  readonly wish?: 'viewer' | 'editor';
  readonly invitation?: string;
  readonly clientId?: number;
  /** More fields of the first message, or others. */
  readonly hello?: object;
}

let clientIds = 100;
let rooms = 0;

/** Another canvas for the clients from here on; gives its name. */
export function newRoom(): string {
  rooms += 1;
  return roomName();
}

const roomName = (): string => `room-${rooms}`;

export async function identify(url: string): Promise<Identity> {
  const response = await fetch(new URL('/identities', url), { method: 'POST' });
  const identity: unknown = await response.json();
  if (typeof identity === 'object' && identity !== null) {
    if ('personId' in identity && 'proof' in identity) {
      return { personId: String(identity.personId), proof: String(identity.proof) };
    }
  }
  throw new TypeError('The server gave no identity.');
}

/** A window without a page: a replica and a socket, and everything that can be done wrong with them. */
export class Client {
  readonly identity: Identity;
  readonly clientId: number;
  readonly canvas: Canvas;
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** The code with which the connection ends. */
  readonly closed: Promise<number>;
  #edits = 0;

  constructor(url: string, identity: Identity, options: ClientOptions = {}) {
    this.identity = identity;
    this.clientId = options.clientId ?? (clientIds += 1);
    this.canvas = new Canvas(this.clientId);
    this.socket = new WebSocket(url.replace(/^http/, 'ws'));
    this.socket.on('error', () => {});
    this.closed = once(this.socket, 'close').then(([code]: unknown[]) => Number(code));
    this.socket.on('message', (data: Buffer) => this.#receive(decode(data)));
    this.socket.on('open', () =>
      this.send({
        type: 'hello',
        ...identity,
        roomId: options.room ?? roomName(),
        wish: options.wish ?? 'editor',
        invitation: options.invitation,
        clientId: this.clientId,
        ...options.hello,
      }),
    );
  }

  /** Connects, and waits until the canvas is there. */
  static async enter(url: string, options: ClientOptions = {}): Promise<Client> {
    const client = new Client(url, options.identity ?? (await identify(url)), options);
    await client.next(({ type }) => type === 'state' || type === 'shapes' || type === 'access');
    return client;
  }

  send(message: object): void {
    this.socket.send(encode(message));
  }

  stamp(shapeId: string, fields: Partial<Stamp> = {}): Stamp {
    this.#edits += 1;
    const id = `${this.clientId}-${this.#edits}`;
    return { id, by: '', atMs: 0, kind: 'write', shapeId, isLate: false, ...fields };
  }

  /** Sends an update, whatever it is; resolves to the answer. */
  async update(update: Uint8Array, stamps = [this.stamp('')]): Promise<'ack' | 'refused'> {
    this.send({ type: 'update', update, stamps });
    const id = stamps[0]?.id ?? '';
    const answer = await this.next(
      (message) =>
        (message.type === 'ack' || message.type === 'refused') && message.edits.includes(id),
    );
    return answer.type === 'ack' ? 'ack' : 'refused';
  }

  /** Puts up a note; resolves when the server has confirmed it. */
  putUp(
    id: string,
    text = 'text',
    layer: 'board' | 'drafts' = 'board',
  ): Promise<'ack' | 'refused'> {
    const shape = { id, x: 0, y: 0, text, layer };
    return this.update(this.canvas.apply({ kind: 'create', shape }), [this.stamp(id)]);
  }

  /** Milliseconds that the server takes to answer. */
  async roundTripMs(): Promise<number> {
    const startMs = performance.now();
    const pong = this.next(({ type }) => type === 'pong', this.messages.length);
    this.send({ type: 'ping' });
    await pong;
    return performance.now() - startMs;
  }

  /** The first message that is meant, of those that came and those to come. */
  async next(isMeant: (message: ServerMessage) => boolean, from = 0): Promise<ServerMessage> {
    const limit = new AbortController();
    const late = sleepFor(giveUpAfterMs, undefined, { signal: limit.signal, ref: false }).then(
      () => Promise.reject(new Error(`nothing of the kind came, but ${this.#types}`)),
      () => undefined,
    );
    try {
      for (;;) {
        const found = this.messages.slice(from).find(isMeant);
        if (found !== undefined) return found;
        const ended = this.closed.then((code) => Promise.reject(new Error(`closed with ${code}`)));
        await Promise.race([once(this.socket, 'message'), ended, late]);
      }
    } finally {
      limit.abort();
    }
  }

  get #types(): string {
    return this.messages.map(({ type }) => type).join(', ');
  }

  #receive(message: unknown): void {
    if (!isMessage(message)) return;
    this.messages.push(message);
    if (message.type === 'state' || message.type === 'update') {
      Y.applyUpdate(this.canvas.doc, message.update, 'server');
    }
  }
}

const isMessage = (value: unknown): value is ServerMessage =>
  typeof value === 'object' && value !== null && 'type' in value;
