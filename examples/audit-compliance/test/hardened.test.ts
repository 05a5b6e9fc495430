import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Request } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { verifyLog } from '../src/log/verify-log.ts';
import type { Settings } from '../src/settings.ts';
import type { ClinicSystem } from '../src/system.ts';
import type { World } from '../src/world.ts';

type Phase = TestPhase<Settings, World, ClinicSystem>;

const implementation = 'hardened';
const minute = 60_000;
const processes = ['app-1', 'app-2', 'app-3'] as const;

const read = (number: number): Extract<Request, { kind: 'read' }> => ({
  kind: 'read',
  requestId: `request-${number}`,
  staffId: 'physician-north-1',
  patientId: 'patient-0001',
  purpose: 'treatment',
});

const erasure: Request = {
  ...read(0),
  requestId: 'erase-1',
  kind: 'erase',
  staffId: 'privacy-officer-north-1',
  purpose: 'erasure',
};

const booking = (number: number, slotId = 'slot-1'): Extract<Request, { kind: 'book' }> => ({
  kind: 'book',
  requestId: `request-${number}`,
  staffId: 'receptionist-north-1',
  patientId: 'patient-0001',
  purpose: 'scheduling',
  slotId,
});

const crash = (service: string, fromMs: number, downMs = 1_000): Fault => ({
  kind: 'reset',
  service,
  fromMs,
  toMs: fromMs + downMs,
  performed: false,
});

async function ask({ system, world }: Phase, request: Request): Promise<Answer> {
  const answer = await system.handle(request);
  world.services.truth.told(request, answer);
  return answer;
}

/** Asks until there is an answer, as the staff does. */
async function insist(phase: Phase, request: Request): Promise<Answer> {
  for (;;) {
    try {
      return await ask(phase, request);
    } catch {
      await phase.sleep(500);
    }
  }
}

/** What must hold when everything has come to rest. */
async function expectAllInOrder(phase: Phase): Promise<void> {
  await phase.system.close();
  const { truth } = phase.world.services;
  expect(truth.audit()).toMatchObject({
    missing: 0,
    unrecorded: 0,
    lost: 0,
    twice: 0,
    unsent: 0,
    readable: 0,
    erasedReadable: 0,
  });
  expect(truth.totals).toMatchObject({ unannounced: 0, fieldsTooMany: 0, unlawful: 0 });
  const log = phase.system.logFile?.();
  expect(
    log && verifyLog(log.bytes, { ...log, published: phase.world.services.published }).problems,
  ).toEqual([]);
}

describe('an access', () => {
  test('that is denied leaves its entry, and is not made', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase.world.services;
      const snoop = { ...read(1), staffId: 'nurse-south-1' };
      expect(await ask(phase, snoop)).toEqual({ status: 'denied', reason: 'care-team' });
      expect(truth.totals.accesses).toBe(0);
      await expectAllInOrder(phase);
      expect(truth.audit()).toMatchObject({ entries: 1, denialsUnrecorded: 0 });
    }));

  test('shows what its purpose needs, and nothing else', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const billing = {
        ...read(1),
        staffId: 'billing-clerk-north-1',
        purpose: 'billing',
      } as const;
      const answer = await ask(phase, billing);
      expect(answer.status === 'shown' && Object.keys(answer.values)).toEqual([
        'name',
        'insurance',
        'diagnoses',
      ]);
    }));

  test('does not happen when its process dies before the entry is written', () =>
    simulateSystem(
      example,
      { implementation, faults: processes.map((each) => crash(each, 2)) },
      async (phase) => {
        await expect(phase.system.handle(read(1))).rejects.toThrow('connection was reset');
        await phase.sleep(minute);
        const { truth } = phase.world.services;
        expect(truth.totals.accesses).toBe(0);
      },
    ));

  test('that is asked for again has one entry', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await Promise.all([ask(phase, read(1)), ask(phase, read(1)), ask(phase, read(1))]);
      await expectAllInOrder(phase);
      expect(phase.world.services.truth.audit().entries).toBe(1);
    }));

  test('in an emergency orders its review, which has an entry of its own', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase.world.services;
      const emergency = { ...read(1), staffId: 'physician-south-1', purpose: 'emergency' } as const;
      expect(await ask(phase, emergency)).toMatchObject({ status: 'shown' });
      await phase.sleep(minute);
      expect(truth.wasSent('review-request-1')).toBe(true);
      expect(truth.audit()).toMatchObject({ emergencies: 1, unreviewed: 1 });
      const review: Request = {
        ...read(2),
        kind: 'review',
        staffId: 'compliance-officer-north-1',
        purpose: 'oversight',
        accessId: 'request-1',
      };
      expect(await ask(phase, review)).toEqual({ status: 'done' });
      await expectAllInOrder(phase);
      expect(truth.audit()).toMatchObject({ unreviewed: 0 });
    }));
});

describe('an erased patient', () => {
  test('leaves an emergency access that is reviewed all the same', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const emergency = { ...read(1), staffId: 'physician-south-1', purpose: 'emergency' } as const;
      await ask(phase, emergency);
      await ask(phase, erasure);
      await phase.sleep(minute);
      expect(phase.world.services.truth.wasSent('review-request-1')).toBe(true);
      // The order of a review goes to an officer: nobody looks at the patient for it.
      expect(phase.world.services.truth.totals.accesses).toBe(2);
    }));

  test('cannot be read any more, from the database or from a backup', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await ask(phase, read(1));
      await phase.sleep(6 * minute);
      expect(await ask(phase, erasure)).toEqual({ status: 'done' });
      for (let number = 2; number < 8; number += 1) {
        expect(await ask(phase, read(number))).toEqual({ status: 'gone' });
      }
      expect(await ask(phase, { ...read(9), kind: 'update', note: 'x' })).toEqual({
        status: 'gone',
      });
      await expectAllInOrder(phase);
    }));

  test('stays erased when the keys are rotated meanwhile', () =>
    simulateSystem(example, { implementation, settings: { rotationMinutes: 1 } }, async (phase) => {
      await phase.sleep(61_000);
      await ask(phase, erasure);
      await phase.sleep(5 * minute);
      expect(phase.world.services.database.keyOf('patient-0001')).toBeUndefined();
      expect(await ask(phase, read(2))).toEqual({ status: 'gone' });
    }));
});

test('keys are rotated to the end, whatever crashes, and records stay readable', () =>
  simulateSystem(
    example,
    {
      implementation,
      settings: { rotationMinutes: 1, patients: 200 },
      faults: [60, 63, 67, 75, 81].flatMap((second) =>
        processes.map((each) => crash(each, 1_000 * second + 333, 500)),
      ),
    },
    async (phase) => {
      const { database, master, clinic } = phase.world.services;
      await phase.sleep(119_000);
      expect(master.version).toBe(2);
      const versions = clinic.patients.map(({ id }) => database.keyOf(id)?.masterVersion);
      expect(new Set(versions)).toEqual(new Set([2]));
      expect(await insist(phase, read(1))).toMatchObject({ status: 'shown' });
    },
  ));

describe('appointments', () => {
  test('go to one of many who want the same slot at once', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const wishes = Array.from({ length: 9 }, (_, number) => booking(number));
      const answers = await Promise.all(wishes.map((wish) => insist(phase, wish)));
      expect(answers.filter(({ status }) => status === 'booked')).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 'waitlisted')).toHaveLength(8);
      await expectAllInOrder(phase);
    }));

  test('are reminded and offered once, though processes die with it half done', () =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { reminderMinutes: 1 },
        faults: [60.5, 61, 61.7, 62.1, 63, 64, 66].map((second, index) =>
          crash(processes[index % 3] ?? 'app-1', 1_000 * second, 800),
        ),
      },
      async (phase) => {
        const { truth } = phase.world.services;
        for (let number = 0; number < 10; number += 1) {
          await insist(phase, booking(number, `slot-${number}`));
          truth.promised(`reminder-request-${number}`, 'patient-0001');
        }
        await phase.sleep(5 * minute);
        await expectAllInOrder(phase);
        expect(truth.totals.messages).toBe(10);
      },
    ));
});

test('no crash schedule loses or doubles an entry', async () => {
  const schedules = fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          process: fc.constantFrom(...processes),
          atMs: fc.integer({ min: 0, max: 8_000 }),
          downMs: fc.integer({ min: 50, max: 2_000 }),
        }),
        { maxLength: 12 },
      ),
      fc.nat(1_000),
      (crashes, seed) =>
        simulateSystem(
          example,
          {
            implementation,
            seed,
            settings: { reminderMinutes: 0.05, sealMs: 700, patients: 20 },
            faults: [
              ...crashes.map(({ process, atMs, downMs }) => crash(process, atMs, downMs)),
              { kind: 'drop-response', service: 'audit', fromMs: 0, toMs: 9_000, share: 0.3 },
            ],
          },
          async (phase) => {
            const asked: Promise<Answer>[] = [];
            for (let number = 0; number < 60; number += 1) {
              const request =
                number % 4 === 0 ? booking(number, `slot-${number % 3}`) : read(number);
              asked.push(insist(phase, request));
              await phase.sleep(120);
            }
            await Promise.all(asked);
            await expectAllInOrder(phase);
          },
        ),
    ),
    { numRuns: 25 },
  );
  await expect(schedules).resolves.toBeUndefined();
});
