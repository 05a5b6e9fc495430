import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { processes } from '../src/system.ts';
import { bufferLimitBytes } from '../src/world/links.ts';
import { create, decide, edit, join, leave } from './people.ts';

const names = example.implementations.map(({ name }) => name);
const flawed = names.filter((name) => name !== 'hardened');
const hour = 3_600_000;

/** Long enough for everything that an edit brings with it. */
const settleMs = 10_000;

describe.each(names)('%s', (implementation) => {
  test('shows an edit to everybody in the room, and in no other', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada', { role: 'admin' });
      const bruno = await join(phase, 'bruno', { role: 'viewer' });
      const elsewhere = await join(phase, 'chidi', { roomId: 'room-2' });
      await edit(phase, ada, create('s-1'));
      await phase.sleep(settleMs);
      expect([...bruno.session.shapes().keys()]).toEqual(['s-1']);
      expect(elsewhere.session.shapes().size).toBe(0);
      expect((await phase.at(processes.server).canvas('room-1')).size).toBe(1);
    }));

  test('shows a newcomer what was drawn before', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      await edit(phase, ada, create('s-1'));
      await edit(phase, ada, { kind: 'write', shapeId: 's-1', text: 'hello' });
      await phase.sleep(settleMs);
      const late = await join(phase, 'bruno', { role: 'viewer' });
      expect(late.session.shapes().get('s-1')).toMatchObject({ text: 'hello' });
    }));

  test('shows no viewer a draft', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      const viewer = await join(phase, 'bruno', { role: 'viewer' });
      await edit(phase, ada, create('s-1', 'drafts'));
      await phase.sleep(settleMs);
      expect(viewer.session.shapes().size).toBe(0);
      expect(ada.session.shapes().size).toBe(1);
    }));

  test('leaves nobody behind when all have closed their windows', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const guests = [await join(phase, 'ada'), await join(phase, 'bruno')];
      for (const guest of guests) await edit(phase, guest, create(`s-${guest.person.id}`));
      await phase.sleep(settleMs);
      for (const guest of guests) await leave(phase, guest);
      await phase.sleep(1_000);
      await phase.close();
      expect(await phase.at(processes.server).isPresent('room-1', 'ada')).toBe(false);
      expect(phase.truth.unrecorded()).toBe(0);
    }));
});

describe.each(flawed)('%s', (implementation) => {
  test('sends viewers the drafts that it only hides on their screens', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      await join(phase, 'bruno', { role: 'viewer' });
      await edit(phase, ada, create('s-1', 'drafts'));
      await phase.sleep(settleMs);
      expect(phase.truth.totals.leaks).toBeGreaterThan(0);
    }));

  test('goes on sending to somebody who was removed', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada', { role: 'admin' });
      const bruno = await join(phase, 'bruno');
      await decide(phase, ada, bruno);
      await edit(phase, ada, create('s-1'));
      await phase.sleep(settleMs);
      expect(phase.truth.totals.leaks).toBeGreaterThan(0);
    }));

  test('shows somebody as present who has had no network for a minute', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      phase.truth.world.devices.lose(ada.device);
      await phase.sleep(60_000);
      expect(await phase.at(processes.server).isPresent('room-1', 'ada')).toBe(true);
    }));
});

test('direct calls wait for each receiver in turn, and refuse strokes without a network', () =>
  simulateSystem(example, { implementation: 'direct-calls' }, async (phase) => {
    const ada = await join(phase, 'ada');
    const durationMs = async (): Promise<number> => {
      const fromMs = phase.context.elapsedMs();
      await edit(phase, ada, create(`s-${fromMs}`));
      return phase.context.elapsedMs() - fromMs;
    };
    const aloneMs = await durationMs();
    for (let number = 0; number < 20; number += 1) await join(phase, `viewer-${number}`);
    expect((await durationMs()) - aloneMs).toBeGreaterThan(20 * 150);
    phase.truth.world.devices.lose(ada.device);
    await expect(edit(phase, ada, create('s-offline'))).rejects.toThrow('has no network');
  }));

test('floating promises end in rejections that nobody handles', () =>
  simulateSystem(example, { implementation: 'floating-promises' }, async (phase) => {
    const ada = await join(phase, 'ada');
    const bruno = await join(phase, 'bruno');
    phase.truth.world.devices.lose(bruno.device);
    await edit(phase, ada, create('s-1'));
    await phase.sleep(settleMs);
    expect(phase.thrown().some(({ via }) => via === 'unhandled')).toBe(true);
  }));

test.each(['floating-promises', 'event-emitter', 'hooks'])(
  '%s: what is drawn without a network is on one screen only, and lost',
  (implementation) =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      const { devices } = truth.world;
      const ada = await join(phase, 'ada');
      devices.lose(ada.device);
      await edit(phase, ada, create('s-1'));
      await phase.sleep(30_000);
      devices.restore(ada.device);
      await phase.sleep(settleMs);
      truth.audit('room-1', await phase.at(processes.server).canvas('room-1'));
      expect(truth.totals.lostEdits).toBe(1);
    }),
);

test('an event emitter goes on filling the connection of somebody who is gone', () =>
  simulateSystem(example, { implementation: 'event-emitter' }, async (phase) => {
    const { devices, links } = phase.truth.world;
    const ada = await join(phase, 'ada');
    const bruno = await join(phase, 'bruno');
    devices.lose(bruno.device);
    for (let number = 0; number < 1_500; number += 1) {
      ada.session.moveCursor(number, 0);
      await phase.sleep(100);
    }
    expect(links.totals.peakBufferedBytes).toBeGreaterThan(bufferLimitBytes);
    devices.restore(bruno.device);
    await phase.sleep(1_000);
    await leave(phase, bruno);
    await leave(phase, ada);
    expect(await phase.at(processes.server).isPresent('room-1', 'bruno')).toBe(false);
  }));

test('hooks with one queue for cursors and edits forget the edit that finds it full', () =>
  simulateSystem(
    example,
    {
      implementation: 'hooks',
      settings: { workers: 1, queueSize: 8 },
      faults: [{ kind: 'hang', service: 'presence', fromMs: 0, toMs: hour }],
    },
    async (phase) => {
      const ada = await join(phase, 'ada');
      const bruno = await join(phase, 'bruno');
      for (let number = 0; number < 10; number += 1) bruno.session.moveCursor(number, 0);
      await edit(phase, ada, create('s-1'));
      await phase.sleep(60_000);
      expect(phase.reported.refusedEvents.total).toBeGreaterThan(0);
      expect(bruno.session.shapes().size).toBe(0);
      expect(phase.truth.unrecorded()).toBe(1);
    },
  ));
