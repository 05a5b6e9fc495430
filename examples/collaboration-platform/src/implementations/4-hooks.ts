import type { Implementation } from '@firedrill/core/scenario';
import { createHooks } from '@firedrill/core/hooks';
import type { Edit, Shape } from '../domain.ts';
import { frame, stampOf } from '../domain/protocol.ts';
import { reports } from '../reports.ts';
import type { CreateSystem } from '../system.ts';
import type { Canvases } from '../types.ts';
import { answersFrom, createBoard } from './early/board.ts';
import { createServiceCalls } from './early/service-calls.ts';
import { cursorFrame, overSockets, type Socket, type SocketServer } from './early/sockets.ts';

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
const create: CreateSystem = (context) => {
  const { telemetry, settings } = context;
  const board = createBoard<Socket>();
  const calls = createServiceCalls(context);

  const hooks = createHooks<CanvasEvents>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: (error) => telemetry.failed(error),
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

  telemetry.gauge(reports.backlog, () => hooks.counters().waiting);

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
      if (!admitted) telemetry.count(reports.refusedEvents);
    },
    moveCursor(by, x, y) {
      const { admitted } = hooks.emit('cursor.moved', { by, x, y });
      if (!admitted) telemetry.count(reports.refusedEvents);
    },
    leave(socket) {
      const { id, roomId } = socket.device.person;
      board.members(roomId).delete(id);
    },
  };

  return {
    ...answersFrom(board),
    ...overSockets(context, server),
    async changeAccess(change) {
      await calls.decide(change);
    },
    async close() {
      await hooks.drain();
    },
  };
};

export const hooks: Implementation<Canvases> = {
  name: 'hooks',
  week: 4,
  flaw: 'cursors and edits share one bounded queue, and the edit that finds it full is forgotten',
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
    'people-let-in',
    'collaborators',
    'gone-are-gone',
  ],
  create,
};
