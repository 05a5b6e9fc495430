import { EventEmitter } from 'node:events';
import { initialsOf } from '../domain.ts';
import { frame, type Frame, stampOf } from '../protocol.ts';
import type { CreateSystem } from '../system.ts';
import { answersFrom, createBoard } from './board.ts';
import { createServiceCalls } from './service-calls.ts';
import { cursorFrame, openOverSocket, type Socket, type SocketServer } from './sockets.ts';

/** What a listener is told: what to send, and who did it. */
interface Happening {
  readonly by: Socket;
  readonly sent: Frame;
}

/**
 * Week 3. Flaw: each connection is a listener that nobody removes when the connection is lost, so that
 * what is sent to the lost piles up without bound; and one listener that throws, as the one that labels
 * the edits of guests does, keeps everybody after it from hearing of the edit.
 */
export const createEventEmitter: CreateSystem = (context, services) => {
  const { meter } = context;
  const board = createBoard<Socket>();
  const calls = createServiceCalls(context, services);
  const events = new EventEmitter<Record<string, [Happening]>>();
  events.setMaxListeners(0);
  const listeners = new Map<Socket, (happening: Happening) => void>();

  const done = (error?: unknown): void => {
    if (error !== undefined) meter.count('sideErrors');
  };

  const server: SocketServer = {
    async enter(device, link) {
      const { person } = device;
      const role = await calls.roleOf(person);
      const socket: Socket = { device, link, role };
      const listener = ({ by, sent }: Happening): void => {
        if (by.device === device) return;
        // The label goes with the edit, so that the receiver can show whose it is.
        if (sent.message.type === 'shapes') initialsOf(by.device.person.name);
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
      calls.save(roomId, board.shapes(roomId).values()).then(() => done(), done);
      calls.recordHistory(edit).then(() => done(), done);
      calls.trackAnalytics(edit).then(() => done(), done);
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
    open: (device) => openOverSocket(device, server),
    async changeAccess(change) {
      await calls.decide(change);
    },
    leftBehind: () => listeners.size,
    close: async () => {},
  };
};
