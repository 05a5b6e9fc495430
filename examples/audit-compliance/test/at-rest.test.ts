import { overWay } from '@firedrill/core/event-store/way';
import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault, Way } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { hardened } from '../src/implementations/5-hardened.ts';
import { auditorsBuckets, auditorsName } from '../src/implementations/hardened/auditors.ts';
import { createMonitor } from '../src/implementations/hardened/monitor.ts';
import { hardenedParts, startProgram } from '../src/implementations/hardened/program.ts';
import type { Settings } from '../src/settings.ts';
import type { Outside } from '../src/system.ts';
import type { Clinics } from '../src/types.ts';
import { booking, emergencyOf, read } from './requests.ts';

/** What the platform does when nobody asks for anything: what is due, once, and nothing when it is closed. */

type Phase = TestPhase<Clinics>;

const minute = 60_000;

/** Each operation of a service, with a note of its name. */
function noting<Service extends object>(
  name: string,
  service: Service,
  note: (call: string) => void,
) {
  return new Proxy(
    { ...service },
    {
      get(target, key, receiver) {
        const found: unknown = Reflect.get(target, key, receiver);
        if (typeof found !== 'function') return found;
        return (...args: unknown[]): unknown => {
          note(`${name}.${String(key)}`);
          return Reflect.apply(found, target, args);
        };
      },
    },
  );
}

/** The hardened platform, with all that it asks of the world outside. */
async function watched(
  options: { readonly settings?: Partial<Settings>; readonly faults?: readonly Fault[] },
  body: (phase: Phase, calls: { take(): readonly string[] }, outside: Outside) => Promise<void>,
): Promise<void> {
  const calls: string[] = [];
  let latest: Outside | undefined;
  const note = (call: string): void => {
    calls.push(call);
  };
  const way: Way = {
    isClear: false,
    carry(operation, perform) {
      note(`store.${operation}`);
      return perform();
    },
  };
  const implementation = {
    ...hardened,
    create(context: Parameters<typeof hardened.create>[0]) {
      latest = context.outside;
      const { store, audit, kms, records, messages, witness } = context.outside;
      const outside = {
        ...context.outside,
        store: overWay(store, way),
        audit: noting('audit', audit, note),
        kms: noting('kms', kms, note),
        records: noting('records', records, note),
        messages: noting('messages', messages, note),
        witness: noting('witness', witness, note),
      };
      return startProgram({ ...context, outside }, hardenedParts);
    },
  };
  const { settings, faults = [] } = options;
  const few = { patients: 12, slots: 4, ...settings };
  await simulateSystem(example, { implementation, settings: few, faults }, async (phase) => {
    if (latest === undefined) throw new Error('No process has started.');
    await body(phase, { take: () => calls.splice(0) }, latest);
  });
}

const everything = {
  examine: true,
  careTeam: true,
  retention: true,
  ownLog: true,
  offers: true,
  providers: true,
  outcomes: true,
} as const;

describe('a platform of which nobody asks anything', () => {
  test('looks whether something is due, and changes nothing', () =>
    watched(
      { settings: { ...everything, processes: 1, rotationMinutes: 60 } },
      async (phase, calls, outside) => {
        for (const request of [read(1), read(2), emergencyOf(3), booking(4)])
          await phase.system.handle(request);
        await phase.sleep(6 * minute);
        calls.take();
        await phase.sleep(2 * minute);
        const asked = new Set(calls.take());
        expect([...asked].toSorted()).toEqual([
          'records.keysBefore',
          'store.outbox',
          'store.projections',
          'store.read',
        ]);
        // What was sent is forgotten, and nothing was given up.
        expect(await outside.store.outbox.status()).toMatchObject({
          pending: 0,
          published: 0,
          dead: 0,
        });
      },
    ));

  test('wraps each key once for each master key that comes', () =>
    watched({ settings: { rotationMinutes: 5, processes: 1 } }, async (phase, calls) => {
      await phase.sleep(4.5 * minute);
      calls.take();
      await phase.sleep(10 * minute);
      const all = calls.take();
      const count = (call: string) => all.filter((each) => each === call).length;
      expect([count('kms.rotate'), count('kms.rewrap'), count('records.replaceKey')]).toEqual([
        2, 24, 24,
      ]);
    }));
});

test('a platform that is closed does nothing any more', () =>
  watched({ settings: everything }, async (phase, calls) => {
    for (const request of [read(1), emergencyOf(3), booking(4)]) await phase.system.handle(request);
    await phase.close();
    await phase.sleep(minute / 4);
    calls.take();
    await phase.sleep(5 * minute);
    expect(calls.take()).toEqual([]);
    await expect(phase.system.handle(read(2))).rejects.toThrow('closing');
  }));

test('how far the auditors are behind is known, and who waits for them waits until they have it all', () =>
  watched(
    { faults: [{ kind: 'error', service: 'audit', fromMs: 0, toMs: 3 * minute }] },
    async (phase, _, { store }) => {
      const monitor = createMonitor(store, auditorsName, auditorsBuckets);
      monitor.watch();
      for (let number = 0; number < 12; number += 1) {
        await phase.system.handle({ ...read(number), patientId: `patient-00${10 + (number % 3)}` });
      }
      await phase.sleep(5_000);
      expect(monitor.backlog).toBe(12);
      await monitor.onIdle(minute);
      expect(phase.context.elapsedMs()).toBeGreaterThan(minute);
      expect(monitor.backlog).toBe(12);
      await monitor.onIdle(10 * minute);
      expect(monitor.backlog).toBe(0);
      expect(phase.context.elapsedMs()).toBeLessThan(4 * minute);
      expect(phase.truth.audit().entries).toBe(12);
      monitor.stop();
    },
  ));
