import type { Implementation } from '@firedrill/core/scenario';
import { frame, type Frame, stampOf } from '../domain/protocol.ts';
import type { CreateSystem } from '../system.ts';
import type { Canvases } from '../types.ts';
import { answersFrom, createBoard } from './early/board.ts';
import { createEmitter } from './early/emitter.ts';
import { createServiceCalls } from './early/service-calls.ts';
import { cursorFrame, overSockets, type Socket, type SocketServer } from './early/sockets.ts';

/** What a listener is told: what to send, and who did it. */
interface Happening {
  readonly by: Socket;
  readonly sent: Frame;
}

/**
 * Week 3. Flaw: each connection is a listener that nobody removes when the connection is lost, so that
 * what is sent to the lost piles up without bound, and the lost are shown as present.
 */
const create: CreateSystem = (context) => {
  const { telemetry } = context;
  const board = createBoard<Socket>();
  const calls = createServiceCalls(context);
  const events = createEmitter<Happening>();
  const listeners = new Map<Socket, (happening: Happening) => void>();

  const logged = (error: unknown): void => telemetry.failed(error);

  const server: SocketServer = {
    async enter(device, link) {
      const { person } = device;
      const role = await calls.roleOf(person);
      const socket: Socket = { device, link, role };
      const listener = ({ by, sent }: Happening): void => {
        if (by.device === device) return;
        link.send(sent);
      };
      listeners.set(socket, listener);
      events.on(person.roomId, listener);
      board.members(person.roomId).set(person.id, socket);
      return { socket, canvas: board.shapes(person.roomId) };
    },

    async act(socket, edit) {
      const { person } = socket.device;
      const { roomId } = person;
      await calls.checkMayEdit(person);
      const shape = board.apply(roomId, edit.change);
      if (shape === undefined) return;
      calls.save(roomId, board.shapes(roomId).values()).catch(logged);
      calls.recordHistory(edit).catch(logged);
      calls.trackAnalytics(edit).catch(logged);
      const stamps = [stampOf(edit)];
      const sent = frame({ type: 'shapes', isWhole: false, shapes: [shape], removed: [], stamps });
      events.emit(roomId, { by: socket, sent });
    },

    moveCursor(socket, x, y) {
      const { id, roomId } = socket.device.person;
      events.emit(roomId, { by: socket, sent: cursorFrame(id, x, y) });
    },

    leave(socket) {
      const { id, roomId } = socket.device.person;
      board.members(roomId).delete(id);
      const listener = listeners.get(socket);
      if (listener === undefined) return;
      events.off(roomId, listener);
      listeners.delete(socket);
    },
  };

  return {
    ...answersFrom(board),
    ...overSockets(context, server),
    async changeAccess(change) {
      await calls.decide(change);
    },
    close: async () => {},
  };
};

export const eventEmitter: Implementation<Canvases> = {
  name: 'event-emitter',
  week: 3,
  flaw: 'lost connections stay listeners that are sent everything, and are shown as present',
  breaks: [
    'cursors-are-shown',
    'only-admins-decide',
    'people-are-shown',
    'replicas-converge',
    'no-edit-lost',
    'no-change-lost',
    'only-what-the-role-may-see',
    'history-complete',
    'history-in-order',
    'memory-bounded',
    'people-let-in',
    'collaborators',
    'gone-are-gone',
  ],
  create,
};
