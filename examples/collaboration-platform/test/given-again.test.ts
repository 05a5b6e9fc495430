import { simulateSystem } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import type { Role } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { processes } from '../src/system.ts';
import { create, edit, expectAgreement, join } from './people.ts';

/** What an admin decides about somebody, one after the other; the last is to edit. */
const courses: readonly { readonly came: Role; readonly decisions: readonly Role[] }[] = [
  { came: 'viewer', decisions: ['editor'] },
  { came: 'editor', decisions: ['viewer', 'editor'] },
  { came: 'editor', decisions: ['viewer', 'editor', 'viewer', 'admin'] },
];

test.each(courses.flatMap((course) => [false, true].map((isBack) => ({ ...course, isBack }))))(
  'who came as $came and is made $decisions sees everything, draws and is seen, back from a tunnel or not: $isBack',
  ({ came, decisions, isBack }) =>
    simulateSystem(example, { implementation: 'hardened' }, async (phase) => {
      const { devices } = phase.truth.world;
      const ada = await join(phase, 'ada', { role: 'admin' });
      const bruno = await join(phase, 'bruno', { role: came });
      await edit(phase, ada, create('s-1', 'drafts'));
      await phase.sleep(1_000);
      // Whoever has looked at it has a document of their own, and is sent what it lacks.
      expect(bruno.session.has('s-1')).toBe(came === 'editor');
      if (isBack) {
        devices.lose(bruno.device);
        devices.restore(bruno.device);
        await phase.sleep(2_000);
      }
      for (const role of decisions) {
        await phase.at(processes.server).changeAccess({
          roomId: 'room-1',
          personId: 'bruno',
          role,
          by: 'ada',
        });
        await phase.sleep(1_000);
      }
      expect(bruno.session.has('s-1')).toBe(true);
      await edit(phase, bruno, create('s-2'));
      await edit(phase, bruno, { kind: 'write', shapeId: 's-1', text: 'by Bruno' });
      // So long after a connection has begun a cursor is asked for.
      await phase.sleep(10_000);
      bruno.session.moveCursor(7, 8);
      phase.truth.told.pointed('bruno', 7, 8);
      await phase.sleep(10_000);
      expect(ada.session.shapes().get('s-1')?.text).toBe('by Bruno');
      await expectAgreement(phase, [ada, bruno]);
      phase.truth.told.look(['ada', 'bruno']);
      expect(phase.truth.told.cursors).toEqual({ due: 1, wrong: 0 });
    }),
);
