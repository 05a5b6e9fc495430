import { overWay } from '@firedrill/core/event-store/way';
import { simulateSystem, type TestPhase } from '@firedrill/core/scenario/testing';
import { ConnectionResetError, ServiceError, type Way } from '@firedrill/core/services';
import { describe, expect, test } from 'vitest';
import type { Request } from '../src/domain.ts';
import { offerMs } from '../src/domain/offers.ts';
import { erasureWaitMs } from '../src/domain/retention.ts';
import { example } from '../src/example.ts';
import { hardened } from '../src/implementations/5-hardened.ts';
import type { ClinicStore } from '../src/implementations/hardened/events.ts';
import { hardenedParts, startProgram } from '../src/implementations/hardened/program.ts';
import type { Settings } from '../src/settings.ts';
import type { Clinics } from '../src/types.ts';
import { erasable } from './erasable.ts';
import { booking, emergencyOf, read } from './requests.ts';

/**
 * Each call that a request makes of the store is struck once, refused or with its answer lost: everything is there
 * afterwards, or nothing; and who asks again has what they would have had. And before each of them somebody else asks
 * another process: it comes to what one of them would have come to after the other.
 */

type Phase = TestPhase<Clinics>;
type How = 'refused' | 'lost';

/** A way on which one call is struck, from when it is armed. */
function strikingWay() {
  let calls: number | undefined;
  let nth = Infinity;
  let how: How = 'refused';
  let meanwhile: (() => Promise<void>) | undefined;
  const way: Way = {
    isClear: false,
    async carry(operation, perform, dropped) {
      // What follows the log goes on beside the request.
      if (calls === undefined || operation === 'projections') return perform();
      calls += 1;
      if (calls !== nth) return perform();
      if (meanwhile !== undefined) {
        // What it asks of the store is no call of the one that it overtakes.
        const soFar = calls;
        calls = undefined;
        await meanwhile();
        calls = soFar;
        return perform();
      }
      if (how === 'lost') {
        await perform();
        throw new ConnectionResetError('store', operation);
      }
      dropped?.();
      throw new ServiceError('store', operation, 503, 'it is struck');
    },
  };
  return {
    way,
    /** Something happens before a call. */
    before(call: number, happens: () => Promise<void>) {
      calls = 0;
      nth = call;
      meanwhile = happens;
    },
    arm(strike?: { readonly nth: number; readonly how: How }) {
      calls = 0;
      nth = strike?.nth ?? Infinity;
      how = strike?.how ?? 'refused';
    },
    disarm: (): number => {
      const counted = calls ?? 0;
      calls = undefined;
      return counted;
    },
  };
}

/** What stands in the store: events in the order of their stream, and messages that wait. Times are left out. */
async function standing(store: ClinicStore) {
  const { events } = await store.readAll({ limit: 10_000 });
  const lanes = Array.from({ length: store.outbox.laneCount }, (_, lane) => lane);
  const messages = await Promise.all(lanes.map((lane) => store.outbox.pending(lane, 1_000)));
  return {
    events: events
      .filter(({ stream }) => stream.category !== 'seal')
      .map(({ stream, type, data }) => {
        const { until: _, ...said } = { until: '', ...data };
        return [`${stream.category}/${stream.id}`, `${type} ${JSON.stringify(said)}`] as const;
      })
      .toSorted(([one], [other]) => (one < other ? -1 : Number(one > other)))
      .map((said) => said.join(' ')),
    messages: messages
      .flat()
      .map(({ topic, key }) => `${topic} ${key}`)
      .toSorted(),
  };
}

interface Case {
  readonly settings?: Partial<Settings>;
  /** What comes before, and gives the request. */
  readonly prepare: (phase: Phase) => Promise<Request> | Request;
}

/** A request with at most one of its calls struck: what stood before, afterwards, and once it was repeated. */
async function withStrike(
  { settings, prepare }: Case,
  strike?: { readonly nth: number; readonly how: How },
) {
  const striking = strikingWay();
  let inner: ClinicStore | undefined;
  const implementation = {
    ...hardened,
    create(context: Parameters<typeof hardened.create>[0]) {
      inner = context.outside.store;
      const store = overWay(inner, striking.way);
      return startProgram({ ...context, outside: { ...context.outside, store } }, hardenedParts);
    },
  };
  const small = { processes: 1, patients: 12, slots: 4, ...settings };
  return simulateSystem(example, { implementation, settings: small }, async (phase) => {
    const request = await prepare(phase);
    if (inner === undefined) throw new Error('No process has started.');
    const ask = () => phase.system.handle(request);
    const before = await standing(inner);
    striking.arm(strike);
    const isAnswered = await ask().then(
      () => true,
      () => false,
    );
    const calls = striking.disarm();
    const after = await standing(inner);
    const answer = await ask();
    const { events } = await standing(inner);
    return { calls, isAnswered, before, after, answer, repeated: events };
  });
}

const access = read(1);
const emergency = emergencyOf(1);
const [first, second] = [booking(1), booking(2, { patientId: 'patient-0005' })] as const;

async function cancellation({ system }: Phase): Promise<Request> {
  await system.handle(first);
  await system.handle(second);
  return { ...first, kind: 'cancel', requestId: 'cancel-1', appointmentId: first.requestId };
}

async function declined(phase: Phase): Promise<Request> {
  await phase.system.handle(await cancellation(phase));
  await phase.system.handle(booking(3, { patientId: 'patient-0009' }));
  return { ...second, kind: 'decline', requestId: 'decline-1', appointmentId: second.requestId };
}

const officer = { staffId: 'compliance-officer-north-1', purpose: 'oversight' } as const;
const retention = { retention: true, patients: 60 } as const;

const holdOf = (phase: Phase): Request => ({
  ...access,
  ...officer,
  kind: 'hold',
  requestId: 'hold-1',
  patientId: erasable(phase),
});
const erasureOf = (phase: Phase): Request => ({
  ...access,
  kind: 'erase',
  requestId: 'erase-1',
  staffId: 'privacy-officer-north-1',
  purpose: 'erasure',
  patientId: erasable(phase),
});

const cases: Readonly<Record<string, Case>> = {
  'an access': { prepare: () => access },
  'broken glass': { prepare: () => emergency },
  'a booking': { prepare: () => first },
  'a cancellation': { prepare: cancellation },
  'a cancellation that is offered': { settings: { offers: true }, prepare: cancellation },
  'an offer that is declined': { settings: { offers: true }, prepare: declined },
  'an acceptance': {
    settings: { offers: true },
    prepare: async (phase) => {
      await phase.system.handle(await cancellation(phase));
      return { ...second, kind: 'accept', requestId: 'accept-1', appointmentId: second.requestId };
    },
  },
  'a hold': { settings: retention, prepare: holdOf },
  'an erasure that waits': { settings: retention, prepare: erasureOf },
  'a referral': {
    settings: { careTeam: true },
    prepare: () => ({
      ...access,
      kind: 'refer',
      toStaffId: 'physician-south-1',
      until: '2099-01-01T00:00:00.000Z',
    }),
  },
  'a log-in': {
    settings: { sessions: true },
    prepare: () => ({ ...access, kind: 'log-in', patientId: access.staffId, purpose: 'session' }),
  },
  'a review that takes a right away': {
    settings: { outcomes: true },
    prepare: async ({ system }) => {
      await system.handle(emergency);
      return {
        ...access,
        ...officer,
        kind: 'review',
        requestId: 'review-1',
        accessId: emergency.requestId,
        outcome: 'unjustified',
      };
    },
  },
};

describe.each(Object.entries(cases))('%s', (_, each) => {
  test('is there as a whole, or not at all, whichever call of the store is struck', async () => {
    const whole = await withStrike(each);
    expect(whole.isAnswered && whole.answer.status !== 'denied').toBe(true);
    expect(whole.after).not.toEqual(whole.before);
    for (let nth = 1; nth <= whole.calls; nth += 1) {
      for (const how of ['refused', 'lost'] as const) {
        const { before, after, answer, repeated } = await withStrike(each, { nth, how });
        const where = `call ${nth} of ${whole.calls}, ${how}`;
        expect([before, whole.after], where).toContainEqual(after);
        expect(repeated, where).toEqual(whole.repeated);
        expect(answer, where).toEqual(whole.answer);
      }
    }
  });
});

/** Something that comes by itself, when its time has come. */
type Due = () => Promise<void>;

/** Two who want something at once, or one for whom the time has come. */
interface Meeting {
  readonly settings?: Partial<Settings>;
  readonly prepare: (phase: Phase) => Promise<readonly [Request | Due, Request | Due]>;
}

/** Who is overtaken waits so long at the most for whoever overtakes: they may wait for each other, in ms. */
const overtakenMs = 100;

/**
 * The first, with the other one before the nth call that is made for it: a request of another process. With `nth` 0,
 * or without, one after the other. What comes by itself is done by any process, and all of its calls count.
 */
async function withMeeting({ settings, prepare }: Meeting, nth: number | undefined) {
  const striking = strikingWay();
  let isDue = false;
  let inner: ClinicStore | undefined;
  const implementation = {
    ...hardened,
    create(context: Parameters<typeof hardened.create>[0]) {
      const { index } = context.process;
      inner ??= context.outside.store;
      const way: Way = {
        isClear: false,
        carry: (operation, perform, dropped) =>
          index === 0 || isDue ? striking.way.carry(operation, perform, dropped) : perform(),
      };
      const store = overWay(context.outside.store, way);
      return startProgram({ ...context, outside: { ...context.outside, store } }, hardenedParts);
    },
  };
  const small = { processes: 2, patients: 12, slots: 4, ...settings };
  return simulateSystem(example, { implementation, settings: small }, async (phase) => {
    const [overtaken, other] = await prepare(phase);
    if (inner === undefined) throw new Error('No process has started.');
    isDue = typeof overtaken === 'function';
    let otherAnswer: Promise<unknown> | undefined;
    const overtake = async (): Promise<void> => {
      if (typeof other === 'function') {
        otherAnswer = other();
        await otherAnswer;
        return;
      }
      otherAnswer = phase.at(1).handle(other);
      await Promise.race([otherAnswer, phase.sleep(overtakenMs)]);
    };
    if (nth === 0) await overtake();
    else striking.before(nth ?? Infinity, overtake);
    const answer = await (typeof overtaken === 'function'
      ? overtaken()
      : phase.at(0).handle(overtaken));
    const calls = striking.disarm();
    if (otherAnswer === undefined) await overtake();
    const answers = [answer, await otherAnswer];
    return { calls, outcome: { answers, events: (await standing(inner)).events } };
  });
}

const offers = { offers: true } as const;
const acceptance: Request = {
  ...second,
  kind: 'accept',
  requestId: 'accept-1',
  appointmentId: second.requestId,
};
const ofSecond = (kind: 'cancel' | 'decline'): Request => ({
  ...second,
  kind,
  requestId: `${kind}-2`,
  appointmentId: second.requestId,
});

async function offered(phase: Phase): Promise<void> {
  await phase.system.handle(await cancellation(phase));
  await phase.system.handle(booking(3, { patientId: 'patient-0009' }));
}

/** Two answers to an offer, or whatever else whoever has it may ask. */
const afterOffer = (overtaken: Request, other: Request): Meeting => ({
  settings: offers,
  prepare: async (phase) => {
    await offered(phase);
    return [overtaken, other];
  },
});

const meetings: Readonly<Record<string, Meeting>> = {
  'an erasure and a hold': {
    settings: retention,
    prepare: async (phase) => [erasureOf(phase), holdOf(phase)],
  },
  'a hold and an erasure': {
    settings: retention,
    prepare: async (phase) => [holdOf(phase), erasureOf(phase)],
  },
  'a hold and an erasure that begins': {
    settings: retention,
    prepare: async (phase) => {
      await phase.at(1).handle(erasureOf(phase));
      await phase.sleep(erasureWaitMs - 1);
      return [holdOf(phase), () => phase.sleep(3_000)];
    },
  },
  'an erasure that begins and a hold': {
    settings: retention,
    prepare: async (phase) => {
      await phase.at(1).handle(erasureOf(phase));
      await phase.sleep(erasureWaitMs - 100);
      return [() => phase.sleep(1_000), holdOf(phase)];
    },
  },
  'an offer that lapses and somebody who books': {
    settings: offers,
    prepare: async (phase) => {
      await offered(phase);
      await phase.sleep(offerMs - 100);
      return [() => phase.sleep(3_000), booking(4)];
    },
  },
  'an offer that lapses and an acceptance': {
    settings: offers,
    prepare: async (phase) => {
      await offered(phase);
      await phase.sleep(offerMs - 100);
      return [() => phase.sleep(3_000), acceptance];
    },
  },
  'two who book a slot': { prepare: async () => [first, second] },
  'the same booking twice': { prepare: async () => [first, first] },
  'a cancellation and a booking': {
    prepare: async (phase) => [
      await cancellation(phase),
      booking(3, { patientId: 'patient-0009' }),
    ],
  },
  'a booking and a cancellation': {
    prepare: async (phase) => [
      booking(3, { patientId: 'patient-0009' }),
      await cancellation(phase),
    ],
  },
  'somebody who books, and a cancellation by the only one': {
    prepare: async ({ system }) => {
      await system.handle(first);
      return [
        second,
        { ...first, kind: 'cancel', requestId: 'cancel-1', appointmentId: 'request-1' },
      ];
    },
  },
  'a cancellation, and one of whoever is next': {
    prepare: async (phase) => [await cancellation(phase), ofSecond('cancel')],
  },
  'an acceptance and a cancellation': afterOffer(acceptance, ofSecond('cancel')),
  'a cancellation and an acceptance': afterOffer(ofSecond('cancel'), acceptance),
  'an acceptance and a decline': afterOffer(acceptance, ofSecond('decline')),
  'a decline and an acceptance': afterOffer(ofSecond('decline'), acceptance),
  'two who want a provider at one instant': {
    settings: { providers: true },
    prepare: async ({ truth, system }) => {
      const [night] = truth.nights;
      if (night === undefined) throw new Error('There is no night.');
      const { providerId, date } = night;
      const openings = {
        ...first,
        kind: 'openings',
        requestId: 'openings',
        providerId,
        date,
      } as const;
      const found = await system.handle(openings);
      const [opening = ''] = found.status === 'open' ? found.times : [];
      const [day = '', clock = '', offset = ''] = opening.split(' ');
      const visit = { ...openings, kind: 'schedule', time: `${day} ${clock}`, offset } as const;
      return [
        { ...visit, requestId: 'visit-1' },
        { ...visit, requestId: 'visit-2' },
      ];
    },
  },
};

describe.each(Object.entries(meetings))('%s', (_, each) => {
  test('come to what one of them comes to after the other, whenever they meet', async () => {
    const { calls, outcome: after } = await withMeeting(each, undefined);
    const { outcome: before } = await withMeeting(each, 0);
    expect(calls).toBeGreaterThan(0);
    for (let nth = 1; nth <= calls; nth += 1) {
      const { outcome } = await withMeeting(each, nth);
      expect([before, after], `before call ${nth} of ${calls}`).toContainEqual(outcome);
    }
  });
});
