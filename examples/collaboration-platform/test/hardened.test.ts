import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test, vi } from 'vitest';
import { example } from '../src/example.ts';
import { processes } from '../src/system.ts';
import { create, edit, expectAgreement, join } from './people.ts';

const implementation = 'hardened';
const hour = 3_600_000;

describe('one’s own screen', () => {
  test('shows a stroke at once, with a network or without', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      const fromMs = phase.context.elapsedMs();
      await edit(phase, ada, create('s-1'));
      phase.truth.world.devices.lose(ada.device);
      await edit(phase, ada, create('s-2'));
      expect(phase.context.elapsedMs()).toBe(fromMs);
      expect(ada.session.shapes().size).toBe(2);
    }));
});

describe('documents', () => {
  test('merge what two people did while neither had a network', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { devices } = phase.truth.world;
      const guests = [await join(phase, 'ada'), await join(phase, 'bruno')] as const;
      const [ada, bruno] = guests;
      await edit(phase, ada, create('s-1'));
      await phase.sleep(1_000);
      for (const { device } of guests) devices.lose(device);
      await edit(phase, ada, { kind: 'move', shapeId: 's-1', x: 50, y: 60 });
      await edit(phase, bruno, { kind: 'write', shapeId: 's-1', text: 'by Bruno' });
      await edit(phase, bruno, create('s-2'));
      await phase.sleep(60_000);
      for (const { device } of guests) devices.restore(device);
      await phase.sleep(5_000);
      expect(ada.session.shapes().get('s-1')).toMatchObject({ x: 50, y: 60, text: 'by Bruno' });
      expect(ada.session.shapes().has('s-2')).toBe(true);
      await expectAgreement(phase, guests);
    }));

  test.each([
    { kind: 'move', shapeId: 's-1', x: 50, y: 60 },
    { kind: 'write', shapeId: 's-1', text: 'longer than it was' },
    { kind: 'write', shapeId: 's-1', text: '' },
    { kind: 'hide', shapeId: 's-1' },
    { kind: 'delete', shapeId: 's-1' },
  ] as const)(
    'have $kind $text when it was done without a network, and nothing else was',
    (change) =>
      simulateSystem(example, { implementation }, async (phase) => {
        const { devices } = phase.truth.world;
        const guests = [await join(phase, 'ada'), await join(phase, 'bruno')] as const;
        const [ada] = guests;
        await edit(phase, ada, create('s-1'));
        await phase.sleep(1_000);
        devices.lose(ada.device);
        await edit(phase, ada, change);
        const shapes = new Map(ada.session.shapes());
        await phase.sleep(60_000);
        devices.restore(ada.device);
        await phase.sleep(5_000);
        for (const { session } of guests) expect(new Map(session.shapes())).toEqual(shapes);
        await expectAgreement(phase, guests);
        await phase.close();
        expect(phase.truth.unrecorded()).toBe(0);
      }),
  );

  test('have the words of both everywhere when two people write the same text at once', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const guests = [
        await join(phase, 'ada'),
        await join(phase, 'bruno'),
        await join(phase, 'chidi', { role: 'viewer' }),
      ] as const;
      const [ada, bruno, chidi] = guests;
      await edit(phase, ada, create('s-1'));
      await phase.sleep(1_000);
      await edit(phase, ada, { kind: 'write', shapeId: 's-1', text: 'by Ada' });
      await edit(phase, bruno, { kind: 'write', shapeId: 's-1', text: 'by Bruno' });
      await phase.sleep(1_000);
      expect(chidi.session.shapes().get('s-1')?.text).toMatch(/^(by Adaby Bruno|by Brunoby Ada)$/);
      await expectAgreement(phase, guests);
    }));

  test('survive that everybody goes, through the store', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const ada = await join(phase, 'ada');
      await edit(phase, ada, create('s-1'));
      await ada.session.close();
      await phase.sleep(120_000);
      const bruno = await join(phase, 'bruno');
      expect(bruno.session.shapes().has('s-1')).toBe(true);
    }));

  test('keep the connection that counts when two handshakes end at once', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'slow', service: 'connections', fromMs: 1_000, toMs: 4_000, factor: 20 }],
      },
      async (phase) => {
        const { devices } = phase.truth.world;
        const ada = await join(phase, 'ada');
        await phase.sleep(1_000);
        for (let times = 0; times < 12; times += 1) {
          devices.lose(ada.device);
          devices.restore(ada.device);
          await phase.sleep(100);
        }
        await phase.sleep(4_000);
        await edit(phase, ada, create('s-1'));
        await phase.sleep(3_000);
        expect((await phase.at(processes.server).canvas('room-1')).has('s-1')).toBe(true);
      },
    ));
});

/** What a person is sent in two seconds in which another draws, moves and somebody comes. */
const sentTo = (personId: string) =>
  simulateSystem(example, { implementation }, async (phase) => {
    const ada = await join(phase, 'ada');
    await join(phase, personId);
    await phase.sleep(2_000);
    const sent = vi.spyOn(phase.truth, 'sent');
    for (let number = 0; number < 200; number += 1) {
      ada.session.moveCursor(number, 0);
      if (number < 100) await edit(phase, ada, create(`s-${number}`));
      if (number % 50 === 0) await join(phase, `late-${number}`, { pathMs: 1 });
      else await phase.sleep(10);
    }
    const messages = sent.mock.calls
      .filter(([access]) => access.person.id === personId)
      .map(([, message]) => message.type);
    const seconds = phase.context.elapsedMs() / 1_000 - 2;
    const perSecond = (type: string): number =>
      messages.filter((each) => each === type).length / seconds;
    return {
      update: perSecond('update'),
      cursors: perSecond('cursors'),
      people: perSecond('people'),
    };
  });

describe('each kind of news', () => {
  test('has its own cadence: strokes 25 ms, cursors 100, who is there a second', async () => {
    const perSecond = await sentTo('bruno');
    expect(perSecond.update).toBeGreaterThan(5);
    expect(perSecond.update).toBeLessThanOrEqual(40);
    expect(perSecond.cursors).toBeGreaterThan(5);
    expect(perSecond.cursors).toBeLessThanOrEqual(10.5);
    expect(perSecond.people).toBeGreaterThan(0.2);
    expect(perSecond.people).toBeLessThanOrEqual(1.5);
  });
});

describe('slow and lost connections', () => {
  test('a connection that takes nothing is sent a snapshot in place of a backlog', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { links } = phase.truth.world;
      const { maxBufferedBytes } = phase.context.settings;
      const guests = [
        await join(phase, 'ada'),
        await join(phase, 'bruno', { role: 'viewer', bytesPerSecond: 8_000 }),
        await join(phase, 'chidi', { bytesPerSecond: 8_000 }),
      ] as const;
      const [ada] = guests;
      for (let number = 0; number < 600; number += 1) {
        const text = `${number} is long `.repeat(10);
        if (number === 0) await edit(phase, ada, create('s-1'));
        else await edit(phase, ada, { kind: 'write', shapeId: 's-1', text });
        await phase.sleep(20);
      }
      await phase.sleep(20_000);
      expect(phase.reported.snapshotsToSlow.total).toBeGreaterThanOrEqual(2);
      expect(links.totals.peakBufferedBytes).toBeLessThanOrEqual(maxBufferedBytes + 4_096);
      await expectAgreement(phase, guests);
    }));

  test('whoever comes while permissions cannot be asked for gets in when they can be again', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'permissions', fromMs: 0, toMs: 20_000 }],
      },
      async (phase) => {
        const ada = await join(phase, 'ada');
        expect(phase.context.elapsedMs()).toBeGreaterThan(20_000);
        expect(phase.context.elapsedMs()).toBeLessThan(40_000);
        expect(ada.session.role).toBe('editor');
      },
    ));

  test('whoever cannot connect tries again and again, not in a hurry, and is soon in when they can', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'connections', fromMs: 0, toMs: 120_000 }],
      },
      async (phase) => {
        await join(phase, 'ada');
        expect(phase.context.elapsedMs()).toBeLessThan(125_000);
        const tries = phase.context.network.stats().get('connections')?.calls ?? 0;
        expect(tries).toBeGreaterThan(30);
        expect(tries).toBeLessThan(120);
      },
    ));

  test('whoever is lost is gone within 15 s, and comes back with the network', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { devices } = phase.truth.world;
      const ada = await join(phase, 'ada');
      devices.lose(ada.device);
      await phase.sleep(15_000);
      expect(await phase.at(processes.server).isPresent('room-1', 'ada')).toBe(false);
      devices.restore(ada.device);
      await phase.sleep(2_000);
      expect(await phase.at(processes.server).isPresent('room-1', 'ada')).toBe(true);
    }));
});

describe('history', () => {
  test('is written in batches, complete and in the order of each document', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'history', fromMs: 0, toMs: 60_000, share: 0.4 }],
      },
      async (phase) => {
        const { truth } = phase;
        const recorded = vi.spyOn(truth, 'recorded');
        const ada = await join(phase, 'ada');
        for (let number = 0; number < 200; number += 1) {
          await edit(phase, ada, create(`s-${number}`));
          await phase.sleep(50);
        }
        await phase.close();
        const stamps = recorded.mock.calls.flatMap(([entries]) => entries);
        const numbers = stamps.map(({ id }) => Number(id.replace('e-', '')));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        expect(truth.unrecorded()).toBe(0);
        expect(phase.context.network.stats().get('history')?.calls).toBeLessThan(60);
      },
    ));

  test('that is down for minutes gets everything in the end', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'history', fromMs: 0, toMs: hour / 20 }],
      },
      async (phase) => {
        const ada = await join(phase, 'ada');
        await edit(phase, ada, create('s-1'));
        await phase.sleep(120_000);
        expect(phase.truth.unrecorded()).toBe(1);
        expect(phase.reported.historyDeadLetters.total).toBeGreaterThan(0);
        await phase.close();
        expect(phase.truth.unrecorded()).toBe(0);
      },
    ));
});
