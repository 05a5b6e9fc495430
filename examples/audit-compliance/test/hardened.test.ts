import type { Implementation } from '@firedrill/core/scenario';
import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import type { Fault } from '@firedrill/core/services';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Request } from '../src/domain.ts';
import { offerMs } from '../src/domain/offers.ts';
import { example } from '../src/example.ts';
import { verifyLog } from '../src/log/verify-log.ts';
import { hardened } from '../src/implementations/5-hardened.ts';
import type { Outside } from '../src/system.ts';
import type { Clinics } from '../src/types.ts';
import { erasable } from './erasable.ts';
import { booking, emergencyOf, read } from './requests.ts';

type Phase = TestPhase<Clinics>;

const implementation = 'hardened';
const minute = 60_000;
const processes = ['app-1', 'app-2', 'app-3'] as const;

const erasure: Request = {
  ...read(0),
  requestId: 'erase-1',
  kind: 'erase',
  staffId: 'privacy-officer-north-1',
  purpose: 'erasure',
};

const crash = (service: string, fromMs: number, downMs = 1_000): Fault => ({
  kind: 'crash',
  service,
  fromMs,
  toMs: fromMs + downMs,
});

async function ask({ system, truth }: Phase, request: Request): Promise<Answer> {
  const answer = await system.handle(request);
  truth.told(request, answer);
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
  const { truth } = phase;
  await phase.close();
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
  const log = truth.log();
  expect(log && verifyLog(log.bytes, { ...log, published: truth.published }).problems).toEqual([]);
}

/** The hardened platform, and what the process that started last can reach. */
function lookingOutside() {
  let latest: Outside | undefined;
  const watched: Implementation<Clinics> = {
    ...hardened,
    create(context) {
      latest = context.outside;
      return hardened.create(context);
    },
  };
  return {
    implementation: watched,
    outside: (): Outside => {
      if (latest === undefined) throw new Error('No process has started yet.');
      return latest;
    },
  };
}

/** The version of the master key under which each patient's key is wrapped now. */
async function keyVersions({ records }: Outside): Promise<ReadonlyMap<string, number>> {
  const { keys } = await records.keysBefore(
    { masterVersion: 1_000, limit: 1_000 },
    { timeoutMs: 1_000 },
  );
  return new Map(keys.map(({ patientId, key }) => [patientId, key.masterVersion]));
}

describe('an access', () => {
  test('that is denied leaves its entry, and is not made', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
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
      { implementation, faults: processes.map((each) => crash(each, 5_002)) },
      async (phase) => {
        await phase.sleep(5_000);
        await expect(phase.system.handle(read(1))).rejects.toThrow('it crashed');
        await phase.sleep(minute);
        const { truth } = phase;
        expect(truth.totals.accesses).toBe(0);
      },
    ));

  test.each(['error', 'hang'] as const)(
    'is with the auditors seconds after they are back, however long they had (%s)',
    (kind) =>
      simulateSystem(
        example,
        {
          implementation,
          faults: [{ kind, service: 'audit', fromMs: 0, toMs: 10 * minute }],
        },
        async (phase) => {
          for (let number = 0; number < 30; number += 1) await ask(phase, read(number));
          await phase.sleep(10 * minute - phase.context.elapsedMs());
          expect(phase.truth.audit().entries).toBe(0);
          await phase.sleep(15_000);
          expect(phase.truth.audit().entries).toBe(30);
        },
      ),
  );

  test('that is asked for again has one entry', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await Promise.all([ask(phase, read(1)), ask(phase, read(1)), ask(phase, read(1))]);
      await expectAllInOrder(phase);
      expect(phase.truth.audit().entries).toBe(1);
    }));

  test('with the id of somebody else has an entry of its own, or is denied', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await ask(phase, read(1));
      await ask(phase, { ...read(1), staffId: 'physician-north-2' });
      const stranger = { ...read(1), staffId: 'physician-south-1' };
      expect(await ask(phase, stranger)).toEqual({ status: 'denied', reason: 'care-team' });
      await expectAllInOrder(phase);
      expect(phase.truth.audit()).toMatchObject({ entries: 3, misrecorded: 0 });
    }));

  test('to a patient that there is not is denied, and leaves its entry', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const guess = { ...read(1), patientId: 'patient-9999' };
      expect(await ask(phase, guess)).toEqual({ status: 'denied', reason: 'unknown' });
      expect(await ask(phase, { ...read(2), staffId: 'nobody' })).toMatchObject({
        status: 'denied',
      });
      await expectAllInOrder(phase);
      expect(phase.truth.audit()).toMatchObject({ entries: 2, denialsUnrecorded: 0 });
    }));

  test('for scheduling writes no notes, and an emergency says why', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const notes: Request = { ...read(1), kind: 'update', purpose: 'scheduling', note: 'x' };
      expect(await ask(phase, notes)).toEqual({ status: 'denied', reason: 'purpose' });
      const silent = { ...emergencyOf(2), reason: ' ' };
      expect(await ask(phase, silent)).toEqual({ status: 'denied', reason: 'no-reason' });
      await expectAllInOrder(phase);
    }));

  test('in an emergency orders its review, which has an entry of its own', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const { truth } = phase;
      const emergency = emergencyOf(1);
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

describe('broken glass', () => {
  test('is closed again: the same request shows nothing any more, and that is an entry', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const emergency = emergencyOf(1);
      expect(await ask(phase, emergency)).toMatchObject({ status: 'shown' });
      await phase.sleep(minute);
      expect(await ask(phase, emergency)).toMatchObject({ status: 'shown' });
      await phase.sleep(2 * minute);
      expect(await ask(phase, emergency)).toEqual({ status: 'denied', reason: 'ended' });
      // Who has a reason again breaks it again.
      expect(await ask(phase, emergencyOf(2))).toMatchObject({ status: 'shown' });
      await expectAllInOrder(phase);
    }));

  test('goes to the privacy officer when nobody has reviewed it in time, whoever is left', () =>
    simulateSystem(
      example,
      { implementation, faults: processes.map((name) => crash(name, minute)) },
      async (phase) => {
        await ask(phase, emergencyOf(1));
        await phase.sleep(2 * minute);
        expect(phase.truth.wasSent('escalation-request-1')).toBe(false);
        await phase.sleep(2 * minute);
        expect(phase.truth.wasSent('escalation-request-1')).toBe(true);
        expect(phase.truth.audit()).toMatchObject({ unescalated: 0, needlesslyEscalated: 0 });
      },
    ));

  test('that was reviewed in time is nobody’s business any more', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await ask(phase, emergencyOf(1));
      const review: Request = {
        ...read(2),
        kind: 'review',
        staffId: 'compliance-officer-north-1',
        purpose: 'oversight',
        accessId: 'request-1',
      };
      await ask(phase, review);
      await phase.sleep(5 * minute);
      expect(phase.truth.wasSent('escalation-request-1')).toBe(false);
    }));
});

test('whoever may not review is told so, and asked nothing about what it comes to', () =>
  simulateSystem(example, { implementation, settings: { outcomes: true } }, async (phase) => {
    const review = {
      ...read(1),
      kind: 'review',
      purpose: 'oversight',
      accessId: 'request-2',
    } as const;
    expect(await ask(phase, review)).toEqual({ status: 'denied', reason: 'role' });
    const officer = { ...review, requestId: 'review-2', staffId: 'compliance-officer-north-1' };
    expect(await ask(phase, officer)).toEqual({ status: 'denied', reason: 'no-outcome' });
    await expectAllInOrder(phase);
  }));

describe('an erased patient', () => {
  test('leaves an emergency access that is reviewed all the same', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      const emergency = emergencyOf(1);
      await ask(phase, emergency);
      await ask(phase, erasure);
      await phase.sleep(minute);
      expect(phase.truth.wasSent('review-request-1')).toBe(true);
      // The order of a review goes to an officer: nobody looks at the patient for it.
      expect(phase.truth.totals.accesses).toBe(2);
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

  test.each(['error', 'hang', 'drop-response'] as const)(
    'is erased in the end, also when the records meet %s as the waiting ends',
    (kind) =>
      simulateSystem(
        example,
        {
          implementation,
          settings: { retention: true, patients: 60 },
          faults: [{ kind, service: 'records', fromMs: 55_000, toMs: 4 * minute }],
        },
        async (phase) => {
          const patientId = erasable(phase);
          expect(await ask(phase, { ...erasure, patientId })).toEqual({ status: 'ordered' });
          await phase.sleep(10 * minute);
          expect(await ask(phase, { ...read(2), patientId })).toEqual({ status: 'gone' });
          await expectAllInOrder(phase);
        },
      ),
  );

  test('stays erased when the keys are rotated meanwhile', () => {
    const { implementation: watched, outside } = lookingOutside();
    return simulateSystem(
      example,
      { implementation: watched, settings: { rotationMinutes: 1 } },
      async (phase) => {
        await phase.sleep(61_000);
        await ask(phase, erasure);
        await phase.sleep(5 * minute);
        const versions = await keyVersions(outside());
        expect(versions.size).toBe(phase.context.settings.patients - 1);
        expect(versions.has('patient-0001')).toBe(false);
        expect(await ask(phase, read(2))).toEqual({ status: 'gone' });
      },
    );
  });
});

test('keys are rotated to the end, whatever crashes, and records stay readable', () => {
  const { implementation: watched, outside } = lookingOutside();
  return simulateSystem(
    example,
    {
      implementation: watched,
      settings: { rotationMinutes: 1, patients: 200 },
      faults: [60, 63, 67, 75, 81].flatMap((second) =>
        processes.map((each) => crash(each, 1_000 * second + 333, 500)),
      ),
    },
    async (phase) => {
      await phase.sleep(119_000);
      const versions = await keyVersions(outside());
      expect(versions.size).toBe(200);
      expect(new Set(versions.values())).toEqual(new Set([2]));
      expect(await insist(phase, read(1))).toMatchObject({ status: 'shown' });
    },
  );
});

describe.each([
  ['kms', 'rotate'],
  ['kms', 'rewrap'],
  ['records', 'keysBefore'],
  ['records', 'replaceKey'],
] as const)('while no call of %s.%s is answered', (service, operation) => {
  test.each(['error', 'hang', 'drop-response'] as const)(
    'keys are not rotated, and afterwards to the end, when it meets %s',
    (kind) => {
      const { implementation: watched, outside } = lookingOutside();
      return simulateSystem(
        example,
        {
          implementation: watched,
          settings: { rotationMinutes: 4 },
          // Each process looks meanwhile, and those that follow.
          faults: [{ kind, service, operation, fromMs: 4 * minute, toMs: 4.75 * minute }],
        },
        async (phase) => {
          await phase.sleep(5.5 * minute);
          const versions = await keyVersions(outside());
          expect(new Set(versions.values())).toEqual(new Set([2]));
        },
      );
    },
  );
});

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
        const { truth } = phase;
        for (let number = 0; number < 10; number += 1) {
          await insist(phase, booking(number, { slotId: `slot-${number}` }));
          truth.promised(`reminder-request-${number}`, 'patient-0001');
        }
        await phase.sleep(5 * minute);
        await expectAllInOrder(phase);
        expect(truth.totals.messages).toBe(10);
      },
    ));
});

describe('who waits for an appointment', () => {
  const [first, second, third] = [
    booking(1),
    booking(2, { patientId: 'patient-0005' }),
    booking(3, { patientId: 'patient-0009' }),
  ] as const;
  const cancelling = ({ requestId, ...booked }: typeof first): Request => ({
    ...booked,
    kind: 'cancel',
    requestId: `cancel-${requestId}`,
    appointmentId: requestId,
  });

  test('may cancel that, and who moves up is reminded', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      for (const each of [first, second, third]) await ask(phase, each);
      expect(await ask(phase, cancelling(second))).toEqual({ status: 'done' });
      expect(await ask(phase, cancelling(first))).toMatchObject({
        status: 'done',
        next: { appointmentId: 'request-3' },
      });
      await phase.sleep(5 * minute);
      expect(phase.truth.wasSent('reminder-request-3')).toBe(true);
      expect(phase.truth.wasSent('reminder-request-2')).toBe(false);
      await expectAllInOrder(phase);
    }));

  test('gives it back, and is not reminded, though the reminder was on its way', () =>
    simulateSystem(
      example,
      {
        implementation,
        faults: [{ kind: 'error', service: 'messages', fromMs: 2 * minute, toMs: 4 * minute }],
      },
      async (phase) => {
        await ask(phase, first);
        await phase.sleep(3.5 * minute);
        await ask(phase, cancelling(first));
        await phase.sleep(2 * minute);
        expect(phase.truth.wasSent('reminder-request-1')).toBe(false);
        expect(phase.truth.totals.messages).toBe(0);
        await expectAllInOrder(phase);
      },
    ));

  test('is offered it when nobody before them has answered in time, however many there are', () =>
    simulateSystem(example, { implementation, settings: { offers: true } }, async (phase) => {
      const fourth = booking(4, { patientId: 'patient-0013' });
      for (const each of [first, second, third, fourth]) await ask(phase, each);
      await ask(phase, cancelling(first));
      await phase.sleep(2 * (offerMs + minute / 4));
      expect(phase.truth.wasSent('offer-request-4')).toBe(true);
      const accepting = {
        ...fourth,
        kind: 'accept',
        requestId: 'accept-4',
        appointmentId: fourth.requestId,
      } as const;
      expect(await ask(phase, accepting)).toEqual({ status: 'booked' });
      await expectAllInOrder(phase);
    }));

  test('hears of it at once, though another appointment of theirs waits for its reminder', () =>
    simulateSystem(
      example,
      { implementation, settings: { offers: true, reminderMinutes: 30 } },
      async (phase) => {
        await ask(phase, { ...second, requestId: 'request-5', slotId: 'slot-2' });
        for (const each of [first, second]) await ask(phase, each);
        await phase.sleep(minute);
        await ask(phase, cancelling(first));
        await phase.sleep(offerMs / 4);
        expect(phase.truth.wasSent('offer-request-2')).toBe(true);
        expect(phase.truth.wasSent('reminder-request-5')).toBe(false);
        await phase.close();
      },
    ));

  test('is offered it as soon as whoever was offered it before declines', () =>
    simulateSystem(example, { implementation, settings: { offers: true } }, async (phase) => {
      for (const each of [first, second, third]) await ask(phase, each);
      await ask(phase, cancelling(first));
      await phase.sleep(offerMs / 8);
      const declining = {
        ...second,
        kind: 'decline',
        requestId: 'decline-2',
        appointmentId: second.requestId,
      } as const;
      expect(await ask(phase, declining)).toEqual({ status: 'done' });
      await phase.sleep(offerMs / 8);
      expect(phase.truth.wasSent('offer-request-3')).toBe(true);
      await phase.sleep(offerMs / 2);
      const accepting = {
        ...third,
        kind: 'accept',
        requestId: 'accept-3',
        appointmentId: third.requestId,
      } as const;
      expect(await ask(phase, { ...accepting, ...second, kind: 'accept' })).toMatchObject({
        status: 'denied',
      });
      expect(await ask(phase, accepting)).toEqual({ status: 'booked' });
      await expectAllInOrder(phase);
    }));

  test('hears of it at once, though an erasure of their record waits for its time', () =>
    simulateSystem(
      example,
      { implementation, settings: { offers: true, retention: true, patients: 60 } },
      async (phase) => {
        const patientId = erasable(phase);
        for (const each of [first, { ...second, patientId }]) await ask(phase, each);
        expect(await ask(phase, { ...erasure, patientId })).toEqual({ status: 'ordered' });
        await phase.sleep(minute / 12);
        await ask(phase, cancelling(first));
        await phase.sleep(minute / 4);
        expect(phase.truth.wasSent('offer-request-2')).toBe(true);
        await phase.close();
      },
    ));

  test('does not lose it to somebody who names another patient', () =>
    simulateSystem(example, { implementation }, async (phase) => {
      await ask(phase, first);
      const mistaken = { ...cancelling(first), patientId: 'patient-0005' };
      expect(await ask(phase, mistaken)).toEqual({ status: 'denied', reason: 'appointment' });
      await ask(phase, second);
      const stolen = { ...first, patientId: 'patient-0009' };
      expect(await ask(phase, stolen)).toEqual({ status: 'denied', reason: 'appointment' });
      await expectAllInOrder(phase);
    }));
});

test.each([
  ['error', 1],
  ['error', 0.5],
  ['hang', 1],
  ['drop-response', 1],
  ['drop-response', 0.5],
] as const)(
  'a platform that closes while its store has %s, share %s, waits for it, and leaves its log in order',
  (kind, share) =>
    simulateSystem(
      example,
      {
        implementation,
        settings: { examine: true },
        faults: [{ kind, service: 'store', share, fromMs: 10_000, toMs: 300_000 }],
      },
      async (phase) => {
        await ask(phase, read(1));
        await phase.sleep(12_000);
        await expectAllInOrder(phase);
      },
    ),
);

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
                number % 4 === 0 ? booking(number, { slotId: `slot-${number % 3}` }) : read(number);
              asked.push(insist(phase, request));
              await phase.sleep(120);
            }
            await Promise.all(asked);
            // The last process is back before the system is closed: what is closed does not crash.
            await phase.sleep(Math.max(0, 11_000 - phase.context.elapsedMs()));
            await expectAllInOrder(phase);
          },
        ),
    ),
    { numRuns: 25 },
  );
  await expect(schedules).resolves.toBeUndefined();
});
