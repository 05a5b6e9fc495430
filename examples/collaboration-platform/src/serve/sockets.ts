import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { Conversation, type Salon } from './conversation.ts';
import { createPeers } from './peers.ts';

/** WebSockets of which each has a conversation. */
export interface Sockets {
  /** Hangs up, and resolves when all have gone or were cut off. */
  close(code: number, reason: string): Promise<void>;
}

/** A window that does not answer the closing of its connection is given up after this. */
const closeWithinMs = 1_000;

/** Puts the room server behind WebSockets. */
export function acceptSockets(
  http: Server,
  salon: Salon,
  isMeantForUs: (request: IncomingMessage) => boolean,
): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: salon.limits.messageBytes,
    clientTracking: true,
  });
  const peers = createPeers(salon.limits);
  let isOpen = true;

  function converse(socket: WebSocket, address: string): void {
    const conversation = new Conversation(salon, socket, peers.enter(socket, address));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => conversation.ended());
    socket.on('message', (data) => conversation.hear(data));
  }

  http.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const address = request.socket.remoteAddress ?? '';
    if (!isMeantForUs(request)) refuse(stream, 403);
    else if (request.url !== '/') refuse(stream, 404);
    else if (!isOpen || !peers.admit(address)) refuse(stream, 503);
    else server.handleUpgrade(request, stream, head, (socket) => converse(socket, address));
  });

  return {
    async close(code, reason) {
      isOpen = false;
      peers.close();
      const gone = [...server.clients].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      for (const socket of server.clients) socket.close(code, reason);
      const late = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, closeWithinMs);
      await Promise.all(gone);
      clearTimeout(late);
      server.close();
    },
  };
}

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
}
