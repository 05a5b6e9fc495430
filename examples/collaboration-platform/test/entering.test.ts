import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test, vi } from 'vitest';
import { example } from '../src/example.ts';
import { processes } from '../src/system.ts';
import { create, decide, edit, join, leave } from './people.ts';

const implementation = 'hardened';
const second = 1_000;
const hour = 3_600 * second;

/** By then a room that nobody has open is in the store alone. */
const unloadedMs = 120 * second;

/** From the click to the canvas, when the store and the permissions take so long. */
const slowMs = 800;
const openingMs = 3 * slowMs;

describe('who loses a right while the canvas is being opened', () => {
  const services = {
    'the document': ['document-store', 'edit-log'],
    'the right': ['permissions'],
    'either of them': ['document-store', 'edit-log', 'permissions'],
  } as const;

  test.each(Object.entries(services))('enters without it, however long %s takes', (_, slow) =>
    simulateSystem(
      example,
      {
        implementation,
        faults: slow.map((service) => ({
          kind: 'slow' as const,
          service,
          ...(service === 'permissions' && { operation: 'check' }),
          latency: { fixedMs: slowMs },
          fromMs: unloadedMs,
          toMs: hour,
        })),
      },
      async (phase) => {
        for (let afterMs = 0; afterMs <= openingMs; afterMs += 100) {
          const ada = await join(phase, `ada-${afterMs}`, { role: 'admin' });
          await edit(phase, ada, create(`draft-${afterMs}`, 'drafts'));
          await leave(phase, ada);
          await phase.sleep(unloadedMs);
          const entering = join(phase, `bruno-${afterMs}`);
          await phase.sleep(afterMs);
          await phase.at(processes.server).changeAccess({
            roomId: 'room-1',
            personId: `bruno-${afterMs}`,
            role: 'viewer',
            by: ada.person.id,
          });
          const entered = await entering;
          await phase.sleep(10 * second);
          expect(entered.session.role, `decided after ${afterMs} ms`).toBe('viewer');
          expect(entered.session.has(`draft-${afterMs}`)).toBe(false);
          await leave(phase, entered);
        }
      },
    ),
  );
});

describe('who was sent nothing while something was decided about them', () => {
  const decision = { service: 'permissions', operation: 'decide', fromMs: 0, toMs: hour };
  test.each([
    {
      what: 'made',
      fault: { ...decision, kind: 'slow', latency: { fixedMs: 700 } },
      role: 'viewer',
    },
    { what: 'not made', fault: { ...decision, kind: 'error' }, role: 'editor' },
  ] as const)(
    'sees afterwards who is there, and nobody who has gone, whether it was $what',
    ({ fault, role }) =>
      simulateSystem(example, { implementation, faults: [fault] }, async (phase) => {
        const sent = vi.spyOn(phase.truth, 'sent');
        const ada = await join(phase, 'ada', { role: 'admin' });
        const bruno = await join(phase, 'bruno');
        for (let afterMs = 0; afterMs <= second; afterMs += 50) {
          const goes = await join(phase, `goes-${afterMs}`);
          await phase.sleep(2 * second);
          const deciding = decide(phase, ada, bruno, 'viewer').catch(() => {});
          await phase.sleep(afterMs);
          await leave(phase, goes);
          await join(phase, `comes-${afterMs}`);
          await deciding;
        }
        await phase.sleep(5 * second);
        const seen = new Set<string>();
        for (const [{ person }, message] of sent.mock.calls) {
          if (person.id !== 'bruno' || message.type !== 'people') continue;
          for (const id of message.joined) seen.add(id);
          for (const id of message.left) seen.delete(id);
        }
        const there = [...seen].filter((id) => id.startsWith('comes'));
        expect(there).toHaveLength(21);
        expect([...seen].filter((id) => id.startsWith('goes'))).toEqual([]);
        expect(bruno.session.role).toBe(role);
      }),
  );
});
