import type { Implementation } from '@firedrill/core/scenario';
import type { Edit } from '../domain.ts';
import type { Person } from '../world/people.ts';
import type { CreateSystem } from '../system.ts';
import type { Canvases } from '../types.ts';
import { reachDevice } from './reach-device.ts';
import { answersFrom, createBoard } from './early/board.ts';
import { openBrowser } from './early/browser.ts';
import { reachRequests } from './early/requests.ts';
import { createServiceCalls } from './early/service-calls.ts';

/**
 * Week 2. Flaw: the screen shows an action at once and everything else is started and forgotten: what
 * was refused stays on the screen, messages overtake each other, and each rejection ends the process.
 */
const create: CreateSystem = (context) => {
  const board = createBoard<Person>();
  const calls = createServiceCalls(context);

  async function act(person: Person, edit: Edit): Promise<void> {
    const { roomId } = person;
    await calls.checkMayEdit(person);
    const shape = board.apply(roomId, edit.change);
    if (shape === undefined) return;
    void calls.save(roomId, board.shapes(roomId).values());
    for (const member of board.members(roomId).values()) {
      if (member !== person) void calls.push(member.id, shape, edit);
    }
    void calls.recordHistory(edit);
    void calls.trackAnalytics(edit);
    void calls.updatePresence(person);
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
          browser.apply(edit.change);
          void device.hop().then(() => server.act(person, edit));
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

export const floatingPromises: Implementation<Canvases> = {
  name: 'floating-promises',
  week: 2,
  flaw: 'everything is started and forgotten: refusals go unheard, messages overtake each other',
  breaks: [
    'only-admins-decide',
    'replicas-converge',
    'no-edit-lost',
    'no-change-lost',
    'only-what-the-role-may-see',
    'history-complete',
    'history-in-order',
    'no-unhandled-rejection',
    'collaborators',
    'gone-are-gone',
  ],
  create,
};
