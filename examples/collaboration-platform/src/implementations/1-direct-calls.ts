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
 * Week 1. Flaw: every action awaits everything that follows from it, one call after the other, and one
 * receiver after the other; the screen shows it when the last of them has answered.
 */
const create: CreateSystem = (context) => {
  const { telemetry } = context;
  const board = createBoard<Person>();
  const calls = createServiceCalls(context);

  /** What fails after the document is saved is logged, and the action goes on. */
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
    await logged(async () => calls.updatePresence(person));
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

export const directCalls: Implementation<Canvases> = {
  name: 'direct-calls',
  week: 1,
  flaw: 'every action awaits the store, each receiver in turn, presence, history and analytics',
  breaks: [
    'no-change-lost',
    'only-admins-decide',
    'replicas-converge',
    'only-what-the-role-may-see',
    'history-complete',
    'strokes-shown',
    'own-action',
    'collaborators',
    'gone-are-gone',
  ],
  create,
};
