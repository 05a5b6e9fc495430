import {
  answersFrom,
  createBoard,
  createServiceCalls,
  type CreateSystem,
  type Edit,
  openBrowser,
  type Person,
  reachDevice,
  reachRequests,
} from '#collaboration-platform';

/**
 * Week 1: an action awaits everything that follows from it, one call after the other, one receiver
 * after the other. The person sees the stroke when the last of them has answered. In a meeting of two
 * hundred, when is that?
 *
 * Given is `overSockets`, pages whose app shows at once what the person does and sends it over a socket;
 * it wants a `SocketServer`: `enter`, `act`, `moveCursor`, `leave`. `link.send(frame(…))` tells a device.
 */
export const create: CreateSystem = (context) => {
  const { telemetry } = context;
  const board = createBoard<Person>();
  const calls = createServiceCalls(context);

  async function logged(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      telemetry.failed(error);
    }
  }

  async function act(person: Person, edit: Edit): Promise<void> {
    const { roomId } = person;
    await calls.checkMayEdit(person);
    const shape = board.apply(roomId, edit.change);
    if (shape === undefined) return;
    await calls.save(roomId, board.shapes(roomId).values());
    for (const member of board.members(roomId).values()) {
      if (member !== person) await logged(() => calls.push(member.id, shape, edit));
    }
    await logged(() => calls.recordHistory(edit));
    await logged(() => calls.trackAnalytics(edit));
  }

  const server = reachRequests(context, {
    async enter(person) {
      const { id, roomId } = person;
      const role = await calls.roleOf(person);
      board.members(roomId).set(id, person);
      return { role, canvas: board.shapes(roomId) };
    },
    act,
    leave({ id, roomId }) {
      board.members(roomId).delete(id);
    },
  });

  return {
    ...answersFrom(board),
    async open(personId) {
      const device = reachDevice(context, personId);
      const { person } = device;
      await device.hop();
      const { role, canvas } = await server.enter(person);
      const browser = openBrowser(role, canvas);
      device.onPush = (message) => browser.receive(message);
      await device.hop();
      return {
        role,
        async edit(edit) {
          await device.hop();
          await server.act(person, edit);
          await device.hop();
          browser.apply(edit.change);
        },
        moveCursor: () => {},
        has: (shapeId) => browser.has(shapeId),
        shapes: () => browser.visible(),
        async close() {
          server.leave(person);
        },
      };
    },
    async changeAccess(change) {
      await calls.decide(change);
    },
    close: async () => {},
  };
};
