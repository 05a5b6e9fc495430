import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { processes } from '../src/system.ts';
import { create, edit, expectAgreement, join } from './people.ts';

const implementation = 'hardened';

const crashOf = (service: 'server' | 'pages', fromMs: number, after?: string) =>
  ({
    kind: 'crash',
    service,
    fromMs,
    toMs: fromMs + 2_000,
    ...(after !== undefined && { after }),
  }) as const;

/** The server crashes before the history or a document has what it acknowledged. */
const crashWithWorkLeft = [
  crashOf('server', 4_000),
  { kind: 'error', service: 'history', fromMs: 0, toMs: 5_000 },
  { kind: 'error', service: 'document-store', operation: 'save', fromMs: 0, toMs: 5_000 },
] as const;

/** Long enough for a page to notice that nobody answers, and to come back. */
const backMs = 25_000;

describe('the server', () => {
  test('has what it acknowledged when it comes back, saved or not, and so do all who come back', () =>
    simulateSystem(
      example,
      { implementation, faults: [crashOf('server', 4_000)] },
      async (phase) => {
        const guests = [
          await join(phase, 'ada'),
          await join(phase, 'bruno'),
          await join(phase, 'chidi', { role: 'viewer' }),
        ];
        const [ada] = guests;
        if (ada === undefined) return;
        await phase.sleep(3_700 - phase.context.elapsedMs());
        await edit(phase, ada, create('s-1'));
        await phase.sleep(500);
        await expect(phase.at(processes.server).canvas('room-1')).rejects.toThrow('is down');
        await phase.sleep(backMs);
        expect((await phase.at(processes.server).canvas('room-1')).has('s-1')).toBe(true);
        await expectAgreement(phase, guests);
        await phase.close();
        expect(phase.truth.unrecorded()).toBe(0);
      },
    ));

  test('that dies between keeping an edit and saying so is told of it once more, and has it once', () =>
    simulateSystem(
      example,
      { implementation, faults: [crashOf('server', 3_000, 'edit-log.append')] },
      async (phase) => {
        const guests = [await join(phase, 'ada'), await join(phase, 'bruno')] as const;
        const [ada] = guests;
        await phase.sleep(3_500 - phase.context.elapsedMs());
        await edit(phase, ada, create('s-1'));
        await edit(phase, ada, { kind: 'write', shapeId: 's-1', text: 'once' });
        await phase.sleep(backMs);
        const canvas = await phase.at(processes.server).canvas('room-1');
        expect(canvas.get('s-1')?.text).toBe('once');
        await expectAgreement(phase, guests);
        await phase.close();
        expect(phase.truth.unrecorded()).toBe(0);
      },
    ));

  test('takes up what was left in rooms to which nobody comes back', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [...crashWithWorkLeft],
      },
      async (phase) => {
        const ada = await join(phase, 'ada');
        await edit(phase, ada, create('s-1'));
        await ada.session.close();
        await phase.sleep(60_000);
        expect(phase.truth.unrecorded()).toBe(0);
        expect(phase.network.performed().get('edit-log.trim')).toBeGreaterThan(0);
      },
    ));

  test('lets nobody in before it has read what was left, however long it cannot', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          ...crashWithWorkLeft,
          { kind: 'error', service: 'edit-log', operation: 'read', fromMs: 4_000, toMs: 60_000 },
        ],
      },
      async (phase) => {
        const guests = [await join(phase, 'ada'), await join(phase, 'bruno')] as const;
        const [ada] = guests;
        await edit(phase, ada, create('s-1'));
        await phase.sleep(60_000 + backMs - phase.context.elapsedMs());
        expect((await phase.at(processes.server).canvas('room-1')).has('s-1')).toBe(true);
        await expectAgreement(phase, guests);
        await phase.close();
        expect(phase.truth.unrecorded()).toBe(0);
      },
    ));

  /** History takes nothing until after the last crash; what it has refused for 24 s is put aside, in memory. */
  test.each([
    { what: 'is tried again', crashesAtMs: [10_000], deadLetters: 0 },
    { what: 'is a dead letter', crashesAtMs: [40_000], deadLetters: 1 },
    { what: 'is a dead letter for the second time', crashesAtMs: [40_000, 80_000], deadLetters: 2 },
  ])(
    'writes down what it acknowledged, though it dies when that is saved and $what',
    ({ crashesAtMs, deadLetters }) => {
      const wellAtMs = Math.max(...crashesAtMs) + 1_000;
      return simulateSystem(
        example,
        {
          implementation,
          settings: { saveEveryMs: 1_000 },
          faults: [
            ...crashesAtMs.map((atMs) => crashOf('server', atMs)),
            { kind: 'error', service: 'history', fromMs: 0, toMs: wellAtMs },
          ],
        },
        async (phase) => {
          const ada = await join(phase, 'ada');
          await edit(phase, ada, create('s-1'));
          await phase.sleep(9_500 - phase.context.elapsedMs());
          expect(phase.reported.saved.total).toBe(1);
          await phase.sleep(wellAtMs + backMs - phase.context.elapsedMs());
          expect(phase.reported.historyDeadLetters.total).toBe(deadLetters);
          await phase.close();
          expect(phase.truth.unrecorded()).toBe(0);
        },
      );
    },
  );

  test('refuses what an earlier start of it decided, and that comes late', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [
          crashOf('server', 4_000),
          {
            kind: 'slow',
            service: 'permissions',
            operation: 'decide',
            latency: { fixedMs: 40_000 },
            fromMs: 3_000,
            toMs: 4_500,
          },
        ],
      },
      async (phase) => {
        const guests = [
          await join(phase, 'ada', { role: 'admin' }),
          await join(phase, 'bruno'),
        ] as const;
        const [ada, bruno] = guests;
        await phase.sleep(3_500 - phase.context.elapsedMs());
        const decision = { roomId: 'room-1', personId: 'bruno', role: undefined, by: 'ada' };
        await expect(phase.at(processes.server).changeAccess(decision)).rejects.toThrow('crashed');
        await phase.sleep(60_000);
        expect(phase.truth.roleOf('bruno')).toBe('editor');
        expect(bruno.session.role).toBe('editor');
        await edit(phase, ada, create('s-1'));
        await phase.sleep(2_000);
        await expectAgreement(phase, guests);
      },
    ));
});

describe('the pages', () => {
  test('send what was drawn without a network and kept on the device, when they are loaded again', () =>
    simulateSystem(
      example,
      { implementation, faults: [crashOf('pages', 5_000)] },
      async (phase) => {
        const { devices } = phase.truth.world;
        const ada = await join(phase, 'ada');
        await edit(phase, ada, create('s-1'));
        await phase.sleep(1_000);
        devices.lose(ada.device);
        await edit(phase, ada, create('s-2'));
        await edit(phase, ada, { kind: 'write', shapeId: 's-1', text: 'offline' });
        await phase.sleep(7_500 - phase.context.elapsedMs());
        devices.restore(ada.device);
        const session = await phase.at(processes.pages).open('ada');
        await phase.sleep(3_000);
        const canvas = await phase.at(processes.server).canvas('room-1');
        expect(canvas.get('s-1')?.text).toBe('offline');
        expect(canvas.has('s-2')).toBe(true);
        await edit(phase, { ...ada, session }, create('s-3'));
        await phase.sleep(2_000);
        await expectAgreement(phase, [{ ...ada, session }]);
      },
    ));

  test('tell the person of what was kept on the device and will not be kept, as the right is gone', () =>
    simulateSystem(
      example,
      { implementation, faults: [crashOf('pages', 5_000)] },
      async (phase) => {
        const { devices } = phase.truth.world;
        const ada = await join(phase, 'ada', { role: 'admin' });
        const bruno = await join(phase, 'bruno');
        devices.lose(bruno.device);
        await edit(phase, bruno, create('s-1'));
        await phase.at(processes.server).changeAccess({
          roomId: 'room-1',
          personId: 'bruno',
          role: 'viewer',
          by: 'ada',
        });
        await phase.sleep(7_500 - phase.context.elapsedMs());
        devices.restore(bruno.device);
        const session = await phase.at(processes.pages).open('bruno');
        await phase.sleep(2_000);
        expect(session.role).toBe('viewer');
        expect(phase.truth.totals.refusedEdits).toBe(1);
        expect(ada.person.id).toBe('ada');
      },
    ));
});
