import { createHooks } from '@firedrill/core/hooks';
import {
  answersFrom,
  createBoard,
  createServiceCalls,
  type CreateSystem,
  type Edit,
  frame,
  overSockets,
  reports,
  type Shape,
  type Socket,
  type SocketServer,
  stampOf,
} from '#collaboration-platform';

interface Edited {
  readonly by: Socket;
  readonly edit: Edit;
  readonly shape: Shape;
}

/** No handler may hold a worker for longer: several times the slowest service on an ordinary day. */
const handlerTimeoutMs = 5_000;

/**
 * The screen shows the stroke at once; the others are told in the same moment, each by one message
 * that nobody waits for; and what follows (the store, history, analytics) has workers of its own.
 */
export const create: CreateSystem = (context) => {
  const { telemetry, settings } = context;
  const board = createBoard<Socket>();
  const calls = createServiceCalls(context);

  const hooks = createHooks<{ readonly 'canvas.edited': Edited }>({
    workers: settings.workers,
    queueSize: settings.queueSize,
    timeoutMs: handlerTimeoutMs,
    onError: (error) => telemetry.failed(error),
  });
  const { registry } = hooks;
  registry.hook('canvas.edited', ({ by }) => {
    const { roomId } = by.device.person;
    return calls.save(roomId, board.shapes(roomId).values());
  });
  registry.hook('canvas.edited', ({ edit }) => calls.recordHistory(edit));
  registry.hook('canvas.edited', ({ edit }) => calls.trackAnalytics(edit));
  telemetry.gauge(reports.backlog, () => hooks.counters().waiting);

  function tellOthers({ by, edit, shape }: Edited): void {
    const stamps = [stampOf(edit)];
    const sent = frame({ type: 'shapes', isWhole: false, shapes: [shape], removed: [], stamps });
    for (const { device, link } of board.members(by.device.person.roomId).values()) {
      if (device !== by.device) link.send(sent);
    }
  }

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
      const edited = { by: socket, edit, shape };
      tellOthers(edited);
      const { admitted } = hooks.emit('canvas.edited', edited);
      if (!admitted) telemetry.count(reports.refusedEvents);
    },
    moveCursor: () => {},
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
