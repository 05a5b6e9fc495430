import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import type { Role } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { processes } from '../src/system.ts';
import { create, decide, edit, expectAgreement, join } from './people.ts';

const implementation = 'hardened';
const hour = 3_600_000;

describe('roles', () => {
  test('let a viewer see a draft when it is published, and no longer when it is hidden again', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      const viewer = await join(phase, 'bruno', { role: 'viewer' });
      await edit(phase, ada, create('s-1', 'drafts'));
      await phase.sleep(1_000);
      await edit(phase, ada, { kind: 'publish', shapeId: 's-1' });
      await phase.sleep(1_000);
      expect(viewer.session.has('s-1')).toBe(true);
      await edit(phase, ada, { kind: 'hide', shapeId: 's-1' });
      await phase.sleep(1_000);
      expect(viewer.session.has('s-1')).toBe(false);
      await expectAgreement(phase, [ada, viewer]);
    }));

  test('refuse the edit of a viewer', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const viewer = await join(phase, 'bruno', { role: 'viewer' });
      await expect(edit(phase, viewer, create('s-1'))).rejects.toThrow('no right');
    }));

  test('taken away count from the decision on: nothing more is sent, and edits are refused', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      const ada = await join(phase, 'ada', { role: 'admin' });
      const bruno = await join(phase, 'bruno', { pathMs: 200 });
      const deciding = decide(phase, ada, bruno);
      for (let number = 0; number < 40; number += 1) {
        await edit(phase, ada, create(`s-${number}`, 'drafts'));
        await edit(phase, bruno, create(`b-${number}`)).catch(() => {});
        await phase.sleep(10);
      }
      await deciding;
      await phase.sleep(5_000);
      truth.audit('room-1', await phase.at(processes.server).canvas('room-1'));
      expect(bruno.session.role).toBeUndefined();
      expect(truth.totals).toMatchObject({ leaks: 0, lostEdits: 0 });
      expect(truth.totals.refusedEdits).toBeGreaterThan(0);
    }));

  test('taken away while there is no network: what was drawn meanwhile is refused, and said so', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      const { devices } = truth.world;
      const ada = await join(phase, 'ada', { role: 'admin' });
      const bruno = await join(phase, 'bruno');
      devices.lose(bruno.device);
      await edit(phase, bruno, create('s-1'));
      await phase.sleep(1_000);
      await decide(phase, ada, bruno, 'viewer');
      devices.restore(bruno.device);
      await phase.sleep(5_000);
      expect(bruno.session.role).toBe('viewer');
      expect(truth.totals.refusedEdits).toBe(1);
      await bruno.session.close();
      expect((await phase.at(processes.server).canvas('room-1')).size).toBe(0);
    }));

  test('stay as they were when a decision fails: what was drawn meanwhile is kept', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          { kind: 'error', service: 'permissions', operation: 'decide', fromMs: 0, toMs: hour },
        ],
      },
      async (phase) => {
        const ada = await join(phase, 'ada', { role: 'admin' });
        const bruno = await join(phase, 'bruno');
        const deciding = decide(phase, ada, bruno).catch((error: unknown) => String(error));
        await phase.sleep(100);
        await edit(phase, bruno, create('s-1'));
        await edit(phase, ada, create('s-2'));
        await phase.sleep(300);
        expect(bruno.session.has('s-2')).toBe(false);
        expect(await deciding).toContain('permissions');
        await phase.sleep(2_000);
        await expectAgreement(phase, [ada, bruno]);
        expect(ada.session.shapes().size).toBe(2);
      },
    ));

  test('are changed as soon as that is answered, though the notice of it comes before the answer', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          {
            kind: 'dribble',
            forMs: 2_000,
            service: 'permissions',
            operation: 'decide',
            fromMs: 0,
            toMs: 60_000,
          },
        ],
      },
      async (phase) => {
        const ada = await join(phase, 'ada', { role: 'admin' });
        const bruno = await join(phase, 'bruno');
        await phase.sleep(1_000 - phase.context.elapsedMs());
        await decide(phase, ada, bruno, 'viewer');
        await phase.sleep(100);
        expect(bruno.session.role).toBe('viewer');
      },
    ));

  test('are for admins to change', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      const bruno = await join(phase, 'bruno');
      await expect(decide(phase, ada, bruno)).rejects.toMatchObject({ code: 'NOT_ADMIN' });
      expect(bruno.session.role).toBe('editor');
    }));

  test('that cannot be asked for any more are not guessed: who has one is sent nothing', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { permissionTtlMs: 10_000 },
        faults: [{ kind: 'error', service: 'permissions', fromMs: 2_000, toMs: 60_000 }],
      },
      async (phase) => {
        const guests = [await join(phase, 'ada'), await join(phase, 'bruno')] as const;
        const [ada, bruno] = guests;
        await phase.sleep(30_000);
        await edit(phase, ada, create('s-1'));
        await phase.sleep(5_000);
        expect(bruno.session.has('s-1')).toBe(false);
        await phase.sleep(60_000);
        expect(bruno.session.has('s-1')).toBe(true);
        await expectAgreement(phase, guests);
      },
    ));
});

/** What an admin decides about somebody, one after the other; the last is to edit. */
const courses: readonly { readonly came: Role; readonly decisions: readonly Role[] }[] = [
  { came: 'viewer', decisions: ['editor'] },
  { came: 'editor', decisions: ['viewer', 'editor'] },
  { came: 'editor', decisions: ['viewer', 'editor', 'viewer', 'admin'] },
];

test.each(courses.flatMap((course) => [false, true].map((isBack) => ({ ...course, isBack }))))(
  'whoever came as $came and is made $decisions sees everything, draws and is seen, back from a tunnel or not: $isBack',
  ({ came, decisions, isBack }) =>
    simulateSystem(example, { implementation }, async (phase) => {
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
