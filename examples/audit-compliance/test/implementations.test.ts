import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { Answer, Request } from '../src/domain.ts';
import { example } from '../src/example.ts';
import type { Clinics } from '../src/types.ts';
import { booking, read } from './requests.ts';

type Phase = TestPhase<Clinics>;

const names = example.implementations.map(({ name }) => name);
const flawed = names.filter((name) => name !== 'hardened');
const minute = 60_000;

/** Asks once, and notes what the staff was told. */
async function ask({ system, truth }: Phase, request: Request): Promise<Answer> {
  const answer = await system.handle(request);
  truth.told(request, answer);
  return answer;
}

/** Every process crashes at once, and is back after a second. */
const crashAt = (atMs: number): readonly Fault[] =>
  ['app-1', 'app-2', 'app-3'].map((service) => ({
    kind: 'crash',
    service,
    fromMs: atMs,
    toMs: atMs + 1_000,
  }));

describe.each(names)('%s', (implementation) => {
  test('shows a record, and the auditors have the entry', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      const answer = await ask(phase, read(1));
      const { diagnoses } = truth.clinic.patient('patient-0001').values;
      expect(answer).toMatchObject({ status: 'shown', values: { diagnoses } });
      await phase.sleep(minute);
      expect(truth.audit()).toMatchObject({ missing: 0, unrecorded: 0, twice: 0, entries: 1 });
    }));

  test('changes a record, and shows it changed', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const update: Request = { ...read(1), kind: 'update', note: 'well again' };
      expect(await ask(phase, update)).toEqual({ status: 'done' });
      expect(await ask(phase, read(2))).toMatchObject({ values: { notes: 'well again' } });
    }));

  test('refuses whose role may not', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const erase: Request = { ...read(1), kind: 'erase' };
      expect(await ask(phase, erase)).toEqual({ status: 'denied', reason: 'role' });
      expect(await ask(phase, read(2))).toMatchObject({ status: 'shown' });
    }));

  test('gives a slot to one, waitlists the other, offers it after a cancellation, and reminds', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      const [first, second] = [booking(1), booking(2)];
      expect(await ask(phase, first)).toEqual({ status: 'booked' });
      expect(await ask(phase, second)).toEqual({ status: 'waitlisted' });
      const cancel: Request = {
        ...first,
        kind: 'cancel',
        requestId: 'cancel-1',
        appointmentId: first.requestId,
      };
      expect(await ask(phase, cancel)).toMatchObject({
        status: 'done',
        next: { appointmentId: 'request-2' },
      });
      expect(await ask(phase, booking(3, { slotId: 'slot-2' }))).toEqual({ status: 'booked' });
      truth.promised('reminder-request-3', 'patient-0001');
      await phase.sleep(10 * minute);
      expect(truth.wasSent('offer-request-2')).toBe(true);
      expect(truth.wasSent('reminder-request-1')).toBe(false);
      // The first four remind nobody who has moved up.
      const unsent = implementation === 'hardened' ? 0 : 1;
      expect(truth.audit()).toMatchObject({ unsent, missing: 0, unrecorded: 0 });
    }));

  test('is there again after a crash', () =>
    simulateSystem(example, { implementation, faults: crashAt(1_000) }, async (phase) => {
      await phase.sleep(1_500);
      await expect(phase.system.handle(read(1))).rejects.toThrow('the process is down');
      await phase.sleep(1_000);
      expect(await ask(phase, read(1))).toMatchObject({ status: 'shown' });
    }));

  test('returns every connection, also when the database fails', () =>
    simulateSystem(
      example,
      { implementation, faults: [{ kind: 'error', service: 'records', fromMs: 0, toMs: minute }] },
      async (phase) => {
        for (let number = 0; number < 12; number += 1) {
          await phase.system.handle(read(number)).catch(() => undefined);
        }
        await phase.sleep(2 * minute);
        expect(phase.pool('connections')).toMatchObject({ inUse: 0, waiting: 0 });
      },
    ));
});

describe.each(flawed)('%s', (implementation) => {
  test('lets anybody of the right role see everything, for any purpose', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      await ask(phase, read(1, { staffId: 'nurse-south-1' }));
      await ask(phase, read(2, { staffId: 'billing-clerk-north-1', purpose: 'billing' }));
      expect(truth.totals.unlawful).toBe(1);
      expect(truth.totals.fieldsTooMany).toBeGreaterThan(4);
    }));

  test('leaves the erased patient in the backups, for anybody to read', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await phase.sleep(6 * minute);
      const erase: Request = {
        ...read(1),
        kind: 'erase',
        staffId: 'privacy-officer-north-1',
        purpose: 'erasure',
      };
      await ask(phase, erase);
      expect(await ask(phase, read(2))).toEqual({ status: 'gone' });
      expect(phase.truth.audit()).toMatchObject({ erasedReadable: 1 });
    }));

  test('loses a reminder with the process that was to send it', () =>
    simulateSystem(example, { implementation, faults: crashAt(minute) }, async (phase) => {
      await ask(phase, booking(1));
      await phase.sleep(10 * minute);
      expect(phase.truth.wasSent('reminder-request-1')).toBe(false);
    }));
});

test.each([
  // Between the effect and the answer of the auditors.
  ['direct-calls', 12],
  // While the entry is on its way to the auditors, who fail.
  ['floating-promises', 3_000],
  ['buffer', 3_000],
  ['hooks', 3_000],
])('%s loses the entry of an access when it crashes', (implementation, atMs) =>
  simulateSystem(
    example,
    {
      implementation,
      faults: [...crashAt(atMs), { kind: 'error', service: 'audit', fromMs: 0, toMs: 3_500 }],
    },
    async (phase) => {
      await phase.system.handle(read(1)).catch(() => undefined);
      await phase.sleep(5 * minute);
      const { truth } = phase;
      expect(truth.totals.accesses).toBe(1);
      expect(truth.audit().missing).toBe(1);
    },
  ),
);

test.each(['buffer', 'hooks'])(
  '%s writes an entry twice when an answer is lost',
  (implementation) =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'drop-response', service: 'audit', fromMs: 0, toMs: 8_000 }],
      },
      async (phase) => {
        await ask(phase, read(1));
        await phase.sleep(5 * minute);
        expect(phase.truth.audit().twice).toBe(1);
      },
    ),
);

test('the retry queue of hooks grows for as long as the auditors are away', () =>
  simulateSystem(
    example,
    {
      implementation: 'hooks',
      faults: [{ kind: 'hang', service: 'audit', fromMs: 0, toMs: 5 * minute }],
    },
    async (phase) => {
      for (let number = 0; number < 1_000; number += 1) {
        await ask(phase, read(number));
      }
      expect(phase.reported.refusedEntries.total).toBeGreaterThan(500);
      expect(phase.truth.audit().missing).toBe(1_000);
      await phase.sleep(10 * minute);
      // All of them were in memory: a crash before would have taken them along.
      expect(phase.truth.audit()).toMatchObject({ missing: 0 });
    },
  ));

test('a slow sink makes the staff wait with direct calls alone', async () => {
  for (const implementation of names) {
    await simulateSystem(
      example,
      {
        implementation,
        faults: [
          { kind: 'slow', service: 'audit', fromMs: 0, toMs: minute, latency: { fixedMs: 4_000 } },
        ],
      },
      async (phase) => {
        await ask(phase, read(1));
        expect(phase.context.elapsedMs() > 4_000, implementation).toBe(
          implementation === 'direct-calls',
        );
      },
    );
  }
});
