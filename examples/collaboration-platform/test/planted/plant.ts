import type { Change } from '../../src/domain.ts';
import type { Planted } from '@firedrill/core/scenario/contract';
import type { ClientMessage, Frame, ServerMessage } from '../../src/domain/protocol.ts';
import { frame } from '../../src/domain/protocol.ts';
import { createHardened, hardenedParts, type Parts } from '../../src/implementations/5-hardened.ts';
import type { EditLog } from '../../src/implementations/hardened/edit-log.ts';
import type { Hello, Peer } from '../../src/implementations/hardened/member.ts';
import type { Ports, ServerOptions } from '../../src/implementations/hardened/ports.ts';
import type { CanvasServer, Connection } from '../../src/implementations/hardened/server.ts';
import type { Context } from '../../src/system.ts';
import type { Canvases } from '../../src/types.ts';

export type Bug = Planted<Canvases>;

/** Planted systems come after every week in a table. */
const week = 80;

type Told = Omit<Bug, 'week' | 'create'>;

/** The hardened platform on a world that is wired a little wrong. */
export const wired = (
  told: Told,
  change: (context: Context) => Partial<Context['outside']>,
): Bug => ({
  ...told,
  week,
  create: (context) =>
    createHardened(
      { ...context, outside: { ...context.outside, ...change(context) } },
      hardenedParts,
    ),
});

/** The hardened platform whose server asks or is told a little wrong. */
export const withPorts = (told: Told, change: (ports: Ports) => Partial<Ports>): Bug => ({
  ...told,
  week,
  create: (context) =>
    createHardened(context, {
      ...hardenedParts,
      portsOf(given) {
        const ports = hardenedParts.portsOf(given);
        return { ...ports, ...change(ports) };
      },
    }),
});

/** The hardened platform with some parts that are made a little wrong. */
export const withParts = (told: Told, change: () => Partial<Parts>): Bug => ({
  ...told,
  week,
  create: (context) => createHardened(context, { ...hardenedParts, ...change() }),
});

/** The hardened platform whose log has something wrong in it. */
export const withLog = (told: Told, change: (log: EditLog) => Partial<EditLog>): Bug =>
  withParts(told, () => ({
    createEditLog(ports) {
      const log = hardenedParts.createEditLog(ports);
      return log === undefined ? undefined : { ...log, ...change(log) };
    },
  }));

/** The hardened platform with a setting that somebody got wrong. */
export const withOptions = (
  told: Told,
  change: (options: ServerOptions) => Partial<ServerOptions>,
): Bug => ({
  ...told,
  week,
  create: (context) =>
    createHardened(context, {
      ...hardenedParts,
      createCanvasServer: (ports, options) =>
        hardenedParts.createCanvasServer(ports, { ...options, ...change(options) }),
    }),
});

/** The hardened platform whose devices change the canvas a little wrong. */
export const withReplica = (told: Told, instead: (change: Change) => Change): Bug => ({
  ...told,
  week,
  create: (context) =>
    createHardened(context, {
      ...hardenedParts,
      createReplica(clientId, storage) {
        const replica = hardenedParts.createReplica(clientId, storage);
        const edit = replica.edit.bind(replica);
        replica.edit = (change, stamp) =>
          edit(typeof change === 'string' ? change : instead(change), stamp);
        return replica;
      },
    }),
});

/** What stands between a connection and the server. What is left out passes as it is. */
interface Between {
  /** What the server sends; nothing is not sent. */
  readonly down?: (message: ServerMessage, hello: Hello) => ServerMessage | undefined;
  /** What the device sends; nothing does not arrive. `answer` speaks for the server. */
  readonly up?: (
    message: ClientMessage,
    hello: Hello,
    answer: (message: ServerMessage) => void,
  ) => ClientMessage | undefined;
}

/** The hardened platform with something between each connection and the server. */
export const between = (told: Told, start: () => Between): Bug => ({
  ...told,
  week,
  create: (context) =>
    createHardened(context, {
      ...hardenedParts,
      createCanvasServer(ports, options) {
        const server = hardenedParts.createCanvasServer(ports, options);
        const changed = start();
        return new Proxy(server, {
          get: (target, key, receiver) =>
            key === 'connect'
              ? (peer: Peer, hello: Hello) => connected(server, peer, hello, changed)
              : Reflect.get(target, key, receiver),
        });
      },
    }),
});

function connected(
  server: CanvasServer,
  peer: Peer,
  hello: Hello,
  { down, up }: Between,
): Connection {
  const changed = new WeakMap<ServerMessage, Frame>();
  const wrapped: Peer = {
    send(given) {
      const message = down === undefined ? given.message : down(given.message, hello);
      if (message === undefined) return;
      if (message === given.message) {
        peer.send(given);
        return;
      }
      const known = changed.get(message) ?? frame(message);
      changed.set(message, known);
      peer.send(known);
    },
    get bufferedBytes() {
      return peer.bufferedBytes;
    },
    close: () => peer.close(),
  };
  const connection = server.connect(wrapped, hello);
  return {
    receive(message) {
      const heard =
        up === undefined ? message : up(message, hello, (answer) => peer.send(frame(answer)));
      if (heard !== undefined) connection.receive(heard);
    },
    lost: () => connection.lost(),
  };
}
