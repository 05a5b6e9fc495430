import type { Visit } from '@firedrill/core/scenario';
import { sleep } from '@firedrill/core/resilience';
import type { Request } from '../domain.ts';
import type { Clinics } from '../types.ts';
import type { Press } from './desks.ts';

/** Of all visits of the storm, so many are about one with a provider at night. */
const share = 0.12;

/** So many do not ask what is free: they say a time that suits them, as the clock shows it. */
const byHeartShare = 0.4;

/** Of those who have a visit, so many give it back, and of these some name somebody else first. */
const givenBackShare = 0.3;
const confusedShare = 0.2;

/** So many want the hours in which clocks change. */
const smallHoursShare = 0.6;
const isSmall = (time: string): boolean => / 0[0-3]:/.test(time);

const halfHours = ['23:30', '01:00', '01:30', '02:00', '02:30', '05:30'];

/**
 * The desk arranges a visit by video for a patient. Says whether this visit was one.
 *
 * @param remind what becomes of somebody who keeps it
 */
export async function arrangeVisit(
  { context, truth, arrival }: Visit<Clinics>,
  press: Press,
  remind: (visitId: string, patientId: string) => Promise<void>,
): Promise<boolean> {
  const random = context.random('visits');
  if (!random.chance(share)) return false;
  const { providerId, date } = random.pick(truth.nights);
  const patient = random.pick(truth.clinic.patients);
  const other = random.pick(truth.clinic.patients);
  const { clinic } = patient;
  const { id: staffId } = truth.clinic.someone(random, 'receptionist', {
    clinic,
    elsewhere: false,
  });
  const isByHeart = random.chance(byHeartShare);
  const halfHour = random.pick(halfHours);
  const isSmallWanted = random.chance(smallHoursShare);
  const place = random.next();
  const isGivenBack = random.chance(givenBackShare);
  const isConfused = random.chance(confusedShare);
  const thinkMs = random.integer(5_000, 120_000);
  const of = { staffId, patientId: patient.id, purpose: 'scheduling', providerId } as const;
  const visitId = `visit-${arrival.index + 1}`;

  async function ask(requestId: string, time: string): Promise<boolean> {
    const [day = '', minute = '', offset] = time.split(' ');
    const wish = { ...of, kind: 'schedule', requestId, time: `${day} ${minute}`, offset } as const;
    return (await press(wish))?.status === 'scheduled';
  }

  /** Looks for what is free, and takes one of those. */
  async function choose(): Promise<boolean> {
    const asked: Request = {
      ...of,
      kind: 'openings',
      requestId: `openings-${arrival.index + 1}`,
      date,
    };
    const answer = await press(asked);
    if (answer?.status !== 'open') return false;
    const small = isSmallWanted ? answer.times.filter(isSmall) : [];
    const times = small.length > 0 ? small : answer.times;
    const time = times[Math.floor(place * times.length)];
    return time !== undefined && ask(visitId, time);
  }

  const morning = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const day = halfHour.startsWith('2') ? date : morning;
  const said = isByHeart && (await ask(`${visitId}-by-heart`, `${day} ${halfHour}`));
  const has = said ? `${visitId}-by-heart` : (await choose()) ? visitId : undefined;
  if (has === undefined) return true;
  if (!isGivenBack) {
    await remind(has, patient.id);
    return true;
  }
  await sleep(thinkMs);
  const back = { ...of, kind: 'unschedule', appointmentId: has } as const;
  if (isConfused && other.clinic === clinic) {
    await press({ ...back, patientId: other.id, requestId: `confused-back-${has}` });
  }
  await press({ ...back, requestId: `back-${has}` });
  return true;
}
