import type { PageDevice } from '../../world/devices.ts';
import type { Edit, Role, Shapes } from '../../domain.ts';
import type { Link } from '../../world/links.ts';
import { frame } from '../../domain/protocol.ts';
import { type CollaborationSystem, type Context, processes, type Session } from '../../system.ts';
import { reachDevice } from '../reach-device.ts';
import { type Browser, openBrowser } from './browser.ts';

/** One open connection, as the server of weeks 3 and 4 sees it. */
export interface Socket {
  readonly device: PageDevice;
  readonly link: Link;
  readonly role: Role;
}

/** What the server does for the app of weeks 3 and 4. */
export interface SocketServer {
  /** Lets a device in, and gives its role and the canvas. Called again after a lost connection. */
  enter(
    device: PageDevice,
    link: Link,
  ): Promise<{ readonly socket: Socket; readonly canvas: Shapes }>;
  act(socket: Socket, edit: Edit): Promise<void>;
  moveCursor(socket: Socket, x: number, y: number): void;
  leave(socket: Socket): void;
}

const isSocketServer = (server: object): server is SocketServer =>
  'enter' in server && 'moveCursor' in server;

/** Pages that reach the server of these weeks over sockets; in its own process it begins to serve. */
export function overSockets(
  context: Context,
  own: SocketServer,
): Pick<CollaborationSystem, 'open'> {
  const { devices } = context.outside;
  if (context.process.index === processes.server) devices.serve(own);
  const reached: SocketServer = {
    enter: (device, link) => devices.ask(isSocketServer, (server) => server.enter(device, link)),
    act: (socket, edit) => devices.ask(isSocketServer, (server) => server.act(socket, edit)),
    moveCursor: (socket, x, y) =>
      devices.tell(isSocketServer, (server) => server.moveCursor(socket, x, y)),
    leave: (socket) => devices.tell(isSocketServer, (server) => server.leave(socket)),
  };
  return { open: (personId) => openOverSocket(reachDevice(context, personId), reached) };
}

/**
 * The app of weeks 3 and 4: shows at once what the person does, and sends it over a socket. When the
 * network is back it connects anew and fetches the canvas.
 *
 * Flaw: what was done without a network was sent to nobody, and the fresh canvas wipes it out. And a
 * role that was taken away is not noticed until the next reload.
 */
async function openOverSocket(device: PageDevice, server: SocketServer): Promise<Session> {
  let { socket, canvas } = await server.enter(device, await device.connect());
  let browser: Browser = openBrowser(socket.role, canvas);
  listen();

  function listen(): void {
    socket.link.device = { receive: (message) => browser.receive(message) };
  }

  async function reconnect(): Promise<void> {
    try {
      ({ socket, canvas } = await server.enter(device, await device.connect()));
      browser = openBrowser(socket.role, canvas);
      listen();
    } catch {
      // The next time that the network comes back there is another chance.
    }
  }
  device.onOnline = () => void reconnect();

  async function send(edit: Edit): Promise<void> {
    await device.hop();
    await server.act(socket, edit);
  }

  return {
    get role() {
      return socket.role;
    },
    async edit(edit) {
      browser.apply(edit.change);
      send(edit).catch(() => {});
    },
    moveCursor: (x, y) => server.moveCursor(socket, x, y),
    has: (shapeId) => browser.has(shapeId),
    shapes: () => browser.visible(),
    async close() {
      device.onOnline = undefined;
      server.leave(socket);
      socket.link.close();
    },
  };
}

/** A cursor as these two weeks send it: one message for one cursor and one receiver. */
export const cursorFrame = (personId: string, x: number, y: number) =>
  frame({
    type: 'cursors',
    update: new TextEncoder().encode(
      JSON.stringify({ event: 'cursor-moved', personId, x, y, color: '#3366cc', at: 0 }),
    ),
  });
