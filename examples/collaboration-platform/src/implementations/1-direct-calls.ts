import type { Edit } from '../domain.ts';
import type { Person } from '../people.ts';
import type { CreateSystem } from '../system.ts';
import { answersFrom, createBoard } from './board.ts';
import { openBrowser } from './browser.ts';
import { createServiceCalls } from './service-calls.ts';

/**
 * Week 1. Flaw: every action awaits everything that follows from it, one call after the other, and one
 * receiver after the other; the screen shows it when the last of them has answered.
 */
export const createDirectCalls: CreateSystem = (context, services) => {
  const { meter } = context;
  const board = createBoard<Person>();
  const calls = createServiceCalls(context, services);

  /** What fails after the document is saved is logged, and the action goes on. */
  async function logged(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch {
      meter.count('sideErrors');
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

  return {
    ...answersFrom(board),
    async open(device) {
      const { person } = device;
      const { id, roomId } = person;
      await device.hop();
      const role = await calls.roleOf(person);
      const browser = openBrowser(role, board.shapes(roomId));
      board.members(roomId).set(id, person);
      device.onPush = (message) => browser.receive(message);
      await device.hop();
      return {
        role,
        async edit(edit) {
          await device.hop();
          await act(person, edit);
          await device.hop();
          browser.apply(edit.change);
        },
        moveCursor: () => {},
        has: (shapeId) => browser.has(shapeId),
        shapes: () => browser.visible(),
        async close() {
          board.members(roomId).delete(id);
        },
      };
    },
    async changeAccess(change) {
      await calls.decide(change);
    },
    close: async () => {},
  };
};
