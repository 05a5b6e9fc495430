import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Canvas } from '../../src/domain/canvas.ts';
import { cursorUpdate } from '../../src/implementations/hardened/cursors.ts';
import type { Identity } from '../../src/serve/identities.ts';
import { decode, encode } from '../../src/serve/wire.ts';
import type { Stamp } from '../../src/domain/protocol.ts';

/** What a member tells of what it is sent. */
export interface Listener {
  /** Somebody else's edit has come. */
  readonly onEdit: (stamp: Stamp) => void;
  /** The server has confirmed an edit of the member, this long after it was sent. */
  readonly onConfirmed: (ms: number) => void;
  readonly onCursors: () => void;
  readonly onClosed: (code: number) => void;
}

const ping = encode({ type: 'ping' });

/** Where the type of a message is in its head: four bytes of length, then `{"type":"`. */
const typeAt = 13;

/** Somebody with a note of their own, a cursor and a socket. Cursors are counted, and not read. */
export class Member {
  readonly #identity: Identity;
  readonly #canvas: Canvas;
  readonly #socket: WebSocket;
  readonly #listener: Listener;
  readonly #noteId: string;
  #pinged: ((ms: number) => void) | undefined;
  #edits = 0;
  #cursors = 0;

  private constructor(url: string, identity: Identity, clientId: number, listener: Listener) {
    this.#identity = identity;
    this.#canvas = new Canvas(clientId);
    this.#noteId = `note-${clientId}`;
    this.#listener = listener;
    this.#socket = new WebSocket(url.replace(/^http/, 'ws'));
    this.#socket.on('error', () => {});
    this.#socket.on('close', (code) => listener.onClosed(code));
    this.#socket.on('message', (data: Buffer) => this.#hear(data));
  }

  /** Connects, and resolves when the server has sent the canvas. */
  static async enter(
    url: string,
    identity: Identity,
    at: { readonly clientId: number; readonly roomId: string },
    listener: Listener,
  ): Promise<Member> {
    const member = new Member(url, identity, at.clientId, listener);
    const socket = member.#socket;
    await once(socket, 'open');
    socket.send(encode({ type: 'hello', ...identity, ...at, wish: 'editor', name: 'Ada Amari' }));
    await once(socket, 'message');
    return member;
  }

  /** Puts the note up the first time, and moves it from then on. */
  edit(): void {
    this.#edits += 1;
    const { personId: by } = this.#identity;
    const shapeId = this.#noteId;
    const [x, y] = [this.#edits % 900, this.#edits % 500];
    const change =
      this.#edits === 1
        ? ({
            kind: 'create',
            shape: { id: shapeId, x, y, text: 'a note', layer: 'board' },
          } as const)
        : ({ kind: 'move', shapeId, x, y } as const);
    const update = this.#canvas.apply(change);
    const atMs = performance.now();
    const id = `${shapeId}-${this.#edits}@${atMs}`;
    const stamp: Stamp = { id, by, atMs, kind: change.kind, shapeId, isLate: false };
    this.#send(encode({ type: 'update', update, stamps: [stamp] }));
  }

  moveCursor(): void {
    this.#cursors += 1;
    const state = { name: 'Ada Amari', x: this.#cursors % 900, y: this.#cursors % 500 };
    const update = cursorUpdate(this.#canvas.doc.clientID, this.#cursors, state);
    this.#send(encode({ type: 'cursor', update }));
  }

  /** Says that it is there. */
  ping(): void {
    this.#send(ping);
  }

  /** Milliseconds that the server takes to answer. */
  async roundTripMs(): Promise<number> {
    const startMs = performance.now();
    const answered = new Promise<number>((resolve) => {
      this.#pinged = resolve;
    });
    this.ping();
    return (await answered) - startMs;
  }

  leave(): void {
    this.#socket.terminate();
  }

  #send(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  #hear(data: Buffer): void {
    const type = data.toString('latin1', typeAt, typeAt + 6);
    if (type === 'cursor') {
      this.#listener.onCursors();
    } else if (type === 'pong"}') {
      this.#pinged?.(performance.now());
    } else if (type === 'update') {
      for (const stamp of stampsIn(data)) {
        if (stamp.by !== this.#identity.personId) this.#listener.onEdit(stamp);
      }
    } else if (type.startsWith('ack')) {
      const nowMs = performance.now();
      for (const id of editsIn(data)) {
        this.#listener.onConfirmed(nowMs - Number(id.slice(id.indexOf('@') + 1)));
      }
    }
  }
}

const stampsIn = (data: Buffer): readonly Stamp[] => Object(decode(data)).stamps;

const editsIn = (data: Buffer): readonly string[] => Object(decode(data)).edits;
