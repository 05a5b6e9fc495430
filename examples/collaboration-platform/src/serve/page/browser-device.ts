import type { AppDevice } from '../../implementations/hardened/app.ts';
import type { Hello } from '../../implementations/hardened/member.ts';
import type { Link, Receiver } from '../../world/links.ts';
import type { ClientMessage, ServerMessage } from '../../domain/protocol.ts';
import type { ReplicaStorage } from '../../implementations/hardened/replica.ts';
import { closeCodes } from '../close-codes.ts';
import type { Identity } from '../identities.ts';
import { decode, encode } from '../wire.ts';

/** The device that the app runs on when it is a browser window. */
export interface BrowserDeviceOptions {
  readonly person: AppDevice['person'];
  readonly identity: Identity;
  readonly wish: 'viewer' | 'editor';
  /** What an admin has given to somebody who is new here. */
  readonly invitation: string | undefined;
  readonly storage: ReplicaStorage;
  readonly onMessage: (message: ServerMessage) => void;
  /** A new connection is open, or the last one is gone. */
  readonly onConnection: () => void;
  readonly onRefused: (editIds: readonly string[]) => void;
  /** The server does not know this identity (any more). */
  readonly onUnknown: () => void;
  /** The same person has opened the canvas in another window. */
  readonly onElsewhere: () => void;
}

/**
 * A server that has just stopped is given this long to come back. One that hangs up again and again is
 * given longer each time.
 */
const again = { initialMs: 250, maxMs: 8_000 } as const;

export class BrowserDevice implements AppDevice {
  readonly person: AppDevice['person'];
  readonly storage: ReplicaStorage;
  onOnline: (() => void) | undefined = undefined;
  readonly #options: BrowserDeviceOptions;
  #link: SocketLink | undefined;
  #isOffline = false;
  #hungUp = 0;

  constructor(options: BrowserDeviceOptions) {
    this.person = options.person;
    this.storage = options.storage;
    this.#options = options;
  }

  get isOffline(): boolean {
    return this.#isOffline;
  }

  /** As a tunnel does it: the connection is gone, and no new one can be had. */
  goOffline(): void {
    this.#isOffline = true;
    this.#link?.close();
    this.#link = undefined;
  }

  goOnline(): void {
    this.#isOffline = false;
    this.onOnline?.();
  }

  refused(editIds: readonly string[]): void {
    this.#options.onRefused(editIds);
  }

  /** Sends an admin's decision, which is no business of the app. */
  decide(personId: string, role: 'viewer' | undefined): void {
    this.#link?.write({ type: 'decide', personId, role });
  }

  connect(): Promise<Link> {
    if (this.#isOffline) return Promise.reject(new Error('This window is offline.'));
    const { onConnection, onElsewhere, onMessage, onUnknown } = this.#options;
    const address = new URL('/', location.href.replace(/^http/, 'ws'));
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    const link = new SocketLink(socket, this.#options);
    socket.addEventListener('message', ({ data }) => {
      const message = data instanceof ArrayBuffer ? decode(new Uint8Array(data)) : undefined;
      if (!isMessage(message)) return;
      if (message.type === 'state' || message.type === 'shapes') this.#hungUp = 0;
      onMessage(message);
      link.device?.receive(message, link);
    });
    return new Promise((resolve, reject) => {
      socket.addEventListener('open', () => {
        this.#link = link;
        onConnection();
        resolve(link);
      });
      socket.addEventListener('close', ({ code }) => {
        reject(new Error('There is no connection to the server.'));
        if (code === closeCodes.unknownPerson) onUnknown();
        if (this.#link !== link) return;
        if (code === closeCodes.elsewhere) {
          this.goOffline();
          onElsewhere();
          return;
        }
        this.#link = undefined;
        onConnection();
        setTimeout(
          () => {
            if (!this.#isOffline) this.onOnline?.();
          },
          Math.min(again.maxMs, again.initialMs * 2 ** this.#hungUp),
        );
        this.#hungUp += 1;
      });
    });
  }
}

type SocketLinkOptions = Pick<BrowserDeviceOptions, 'identity' | 'invitation' | 'wish'>;

/** The end of a WebSocket as the app sees it. */
export class SocketLink implements Link {
  device: Receiver<ServerMessage> | undefined = undefined;
  server: Receiver<ClientMessage> | undefined = undefined;
  readonly #socket: WebSocket;
  readonly #options: SocketLinkOptions;

  constructor(socket: WebSocket, options: SocketLinkOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** Says who is there, and what they have already. */
  greet(hello: Hello): void {
    const { identity, invitation, wish } = this.#options;
    this.write({ type: 'hello', ...hello, wish, invitation, ...identity });
  }

  sendUp(message: ClientMessage): void {
    this.write(message);
  }

  write(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(encode(message));
  }

  /** It is the other end that sends. */
  send(): void {}

  cut(): void {
    this.close();
  }

  close(): void {
    this.#socket.close();
  }
}

const isMessage = (value: unknown): value is ServerMessage =>
  typeof value === 'object' && value !== null && 'type' in value;
