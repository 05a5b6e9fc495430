import type { ClientMessage, ServerMessage, Stamp } from '../src/domain/protocol.ts';
import type { Hello } from '../src/implementations/hardened/member.ts';
import type { Counted, Ports, ServerOptions } from '../src/implementations/hardened/ports.ts';
import { createCanvasServer } from '../src/implementations/hardened/server.ts';
import { portsWith } from './ports.ts';

export const serverOptions: ServerOptions = {
  flushMs: 25,
  cursorMs: 100,
  statusMs: 1_000,
  lostAfterMs: 10_000,
  saveEveryMs: 10_000,
  saveWorkers: 2,
  permissionTtlMs: 60_000,
  maxBufferedBytes: 32_768,
};

/** A connection as the network has it. */
export interface Visitor {
  /** What the server has sent, oldest first. */
  readonly sent: ServerMessage[];
  readonly isClosed: boolean;
  send(message: ClientMessage): void;
  /** The network notices that the connection is gone. */
  lost(): void;
  ofType<Type extends ServerMessage['type']>(
    type: Type,
  ): readonly Extract<ServerMessage, { readonly type: Type }>[];
}

const isOf =
  <Type extends ServerMessage['type']>(type: Type) =>
  (message: ServerMessage): message is Extract<ServerMessage, { readonly type: Type }> =>
    message.type === type;

/** The repaired server in a world that a test changes, and connections to it. */
export function openServer(changes: Partial<Ports> = {}, options: Partial<ServerOptions> = {}) {
  const counted = new Map<Counted, number>();
  const ports = portsWith({
    count: (what, by = 1) => void counted.set(what, (counted.get(what) ?? 0) + by),
    onFault: (_roomId, error) => {
      throw error;
    },
    ...changes,
  });
  const server = createCanvasServer(ports, { ...serverOptions, ...options });

  function visit(personId: string, hello: Partial<Hello> = {}): Visitor {
    const sent: ServerMessage[] = [];
    let isClosed = false;
    const connection = server.connect(
      {
        bufferedBytes: 0,
        send: ({ message }) => void (isClosed || sent.push(message)),
        close: () => (isClosed = true),
      },
      { personId, name: personId, roomId: 'r', clientId: undefined, vector: undefined, ...hello },
    );
    return {
      sent,
      get isClosed() {
        return isClosed;
      },
      send: (message) => connection.receive(message),
      lost: () => connection.lost(),
      ofType: (type) => sent.filter(isOf(type)),
    };
  }

  return { server, visit, count: (what: Counted): number => counted.get(what) ?? 0 };
}

export const stampOf = (id: string, shapeId: string, by = 'ada'): Stamp => ({
  id,
  by,
  atMs: 0,
  kind: 'create',
  shapeId,
  isLate: false,
});
