import { createHooks } from '@firedrill/core/hooks';
import type { Edit, Shape } from '../domain.ts';
import { frame, stampOf } from '../protocol.ts';
import type { CreateSystem } from '../system.ts';
import { answersFrom, createBoard } from './board.ts';
import { createServiceCalls } from './service-calls.ts';
import { cursorFrame, openOverSocket, type Socket, type SocketServer } from './sockets.ts';

interface CanvasEvents {
  readonly 'canvas.edited': {
    readonly by: Socket;
    readonly edit: Edit;
    readonly shape: Shape;
  };
  readonly 'cursor.moved': { readonly by: Socket; readonly x: number; readonly y: number };
}

/** No handler may hold a worker for longer: several times the slowest service on an ordinary day. */
const handlerTimeoutMs = 5_000;

/**
 * Week 4. Nobody waits for what follows an edit, and what throws hurts nobody else. Flaw: cursors and
 * edits share one bounded queue; when a meeting of hundreds moves its mice the queue is full, and the
 * edit that finds it full reaches neither the others nor the store.
 */
export const createHooksOnly: CreateSystem = (context, services) => {
  const { meter, settings } = context;
  const board = createBoard<Socket>();
  const calls = createServiceCalls(context, services);

  const hooks = createHooks<CanvasEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: () => meter.count('sideErrors'),
  });
  const { registry } = hooks;
  registry.hook('canvas.edited', ({ by, edit, shape }) => {
    const stamps = [stampOf(edit)];
    const sent = frame({ type: 'shapes', isWhole: false, shapes: [shape], removed: [], stamps });
    for (const { device, link } of board.members(by.device.person.roomId).values()) {
      if (device !== by.device) link.send(sent);
    }
  });
  registry.hook('canvas.edited', ({ by }) => {
    const { roomId } = by.device.person;
    return calls.save(roomId, board.shapes(roomId).values());
  });
  registry.hook('canvas.edited', ({ edit }) => calls.recordHistory(edit));
  registry.hook('canvas.edited', ({ edit }) => calls.trackAnalytics(edit));
  registry.hook('cursor.moved', ({ by, x, y }) => {
    const { id, roomId } = by.device.person;
    const sent = cursorFrame(id, x, y);
    for (const { device, link } of board.members(roomId).values()) {
      if (device !== by.device) link.send(sent);
    }
  });
  registry.hook('cursor.moved', ({ by }) => calls.updatePresence(by.device.person));

  const server: SocketServer = {
    async enter(device, link) {
      const { person } = device;
      const role = await calls.roleOf(person);
      const socket: Socket = { device, link, role };
      board.members(person.roomId).set(person.id, socket);
      return { socket, canvas: board.shapes(person.roomId) };
    },
    async act(socket, edit) {
      const { person } = socket.device;
      await calls.checkMayEdit(person);
      const shape = board.apply(person.roomId, edit.change);
      if (shape === undefined) return;
      const { admitted } = hooks.emit('canvas.edited', { by: socket, edit, shape });
      if (!admitted) meter.count('refusedEvents');
    },
    moveCursor(by, x, y) {
      const { admitted } = hooks.emit('cursor.moved', { by, x, y });
      if (!admitted) meter.count('refusedEvents');
    },
    leave(socket) {
      const { id, roomId } = socket.device.person;
      board.members(roomId).delete(id);
    },
  };

  return {
    ...answersFrom(board),
    open: (device) => openOverSocket(device, server),
    async changeAccess(change) {
      await calls.decide(change);
    },
    backlog: () => hooks.counters().waiting,
    async close() {
      await hooks.drain();
    },
  };
};
