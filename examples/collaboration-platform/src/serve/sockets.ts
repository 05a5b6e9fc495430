import type { IncomingMessage, Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Peer } from '../implementations/hardened/member.ts';
import type { CanvasServer, Connection } from '../implementations/hardened/server.ts';
import type { Frame } from '../protocol.ts';
import { helloSchema, type WindowMessage, windowMessageSchema } from './messages.ts';
import type { Registry } from './registry.ts';
import { decode, encode } from './wire.ts';

/** Why the server ends a connection (RFC 6455, section 7.4). */
export const closeCodes = {
  goingAway: 1001,
  /** The message makes no sense, or comes from a page of somebody else. */
  policy: 1008,
  /** The window is nobody that this server knows: it asks for a new identity. */
  unknownPerson: 4001,
} as const;

/** A canvas that was drawn for hours without a network is still well below. */
const maxMessageBytes = 4 * 1_024 * 1_024;

/** Puts the room server behind WebSockets. */
export function acceptSockets(
  http: Server,
  canvases: CanvasServer,
  registry: Registry,
): WebSocketServer {
  const sockets = new WebSocketServer({ server: http, maxPayload: maxMessageBytes });
  const wires = new WeakMap<Frame, Uint8Array>();

  /** A frame goes to many: it is put into bytes once. */
  function wireOf(frame: Frame): Uint8Array {
    const known = wires.get(frame);
    if (known !== undefined) return known;
    const wire = encode(frame.message);
    wires.set(frame, wire);
    return wire;
  }

  function peerOf(socket: WebSocket): Peer {
    return {
      send(frame) {
        if (socket.readyState === socket.OPEN) socket.send(wireOf(frame));
      },
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      close: () => socket.terminate(),
    };
  }

  function greet(socket: WebSocket, bytes: Uint8Array): Conversation | undefined {
    const hello = parsed(helloSchema, bytes);
    if (hello === undefined) {
      socket.close(closeCodes.policy, 'not understood');
      return undefined;
    }
    const { personId, roomId, name, clientId, vector } = hello;
    if (!registry.isGenuine(hello)) {
      socket.close(closeCodes.unknownPerson, 'unknown person');
      return undefined;
    }
    registry.welcome(personId, roomId, hello.wish);
    const connection = canvases.connect(peerOf(socket), {
      personId,
      name,
      roomId,
      clientId,
      vector,
    });
    return { connection, personId, roomId };
  }

  function handle({ connection, personId, roomId }: Conversation, message: WindowMessage): void {
    if (message.type !== 'decide') {
      connection.receive(message);
      return;
    }
    const decision = { roomId, personId: message.personId, role: message.role, by: personId };
    // Whoever is no admin has no button for it, and needs no explanation.
    canvases.changeAccess(decision).catch(() => {});
  }

  sockets.on('connection', (socket, request) => {
    let conversation: Conversation | undefined;
    socket.on('error', () => socket.terminate());
    socket.on('close', () => conversation?.connection.lost());
    if (!isOwnPage(request)) {
      socket.close(closeCodes.policy, 'another origin');
      return;
    }
    socket.on('message', (data: Buffer) => {
      if (conversation === undefined) {
        conversation = greet(socket, data);
        return;
      }
      const message = parsed(windowMessageSchema, data);
      if (message === undefined) socket.close(closeCodes.policy, 'not understood');
      else handle(conversation, message);
    });
  });
  return sockets;
}

interface Conversation {
  readonly connection: Connection;
  readonly personId: string;
  readonly roomId: string;
}

/** Any page in the browser may open a WebSocket to any server: only our own is listened to. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
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
