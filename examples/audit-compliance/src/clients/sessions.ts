import { sleep } from '@firedrill/core/resilience';
import type { Visit } from '@firedrill/core/scenario';
import type { Answer, Request, Role } from '../domain.ts';
import { idleMs, noteUseEveryMs, stepUpMs } from '../domain/sessions.ts';
import type { Clinics } from '../types.ts';
import { isCrowded } from './crowd.ts';
import type { Desks, Press } from './desks.ts';

/** Of all visits, so many are about a session that ends. */
const share = 0.05;

/** How far from an end people look, and how often a page asks by itself: no clock is off by that much. */
const clearOfEndMs = 60_000;
const refreshMs = 30_000;

/** While a session is ended, whoever is at work in it looks at so much, within this time of the officer's press. */
const looksAtWork = 4;
const atWorkForMs = 30;

const emergencyReason = 'no pulse at the door';

/**
 * Somebody leaves a desk, or has a session revoked, or breaks the glass; and somebody goes on in that session.
 * Says whether this visit was one.
 *
 * @param follow what becomes of an emergency access
 */
export async function useSession(
  visit: Visit<Clinics>,
  desks: Desks,
  press: Press,
  follow: (request: Request) => Promise<void>,
): Promise<boolean> {
  const { context, truth, arrival } = visit;
  const random = context.random('sessions');
  if (!random.chance(share)) return false;
  const way = random.pick(['left', 'revoked', 'stepped-up'] as const);
  const patient = random.pick(truth.clinic.patients);
  const pauseMs = random.integer(0, 10_000);
  const by = (role: Role): string =>
    truth.clinic.someone(random, role, { clinic: patient.clinic, elsewhere: false }).id;
  const staffId = truth.curious?.honest(patient.id, 'physician')?.id ?? by('physician');
  const officerId = by('privacy-officer');
  const id = `session-${arrival.index + 1}`;

  const sessionId = await desks.logIn(staffId, press);
  if (sessionId === undefined) return true;
  const patientId = patient.id;
  const look = (name: string, isAutomatic = false): Promise<Answer | undefined> =>
    press({
      kind: 'read',
      requestId: `${id}-${name}`,
      staffId,
      patientId,
      purpose: 'treatment',
      sessionId,
      ...(isAutomatic && { isAutomatic }),
    });

  async function breakGlass(name: string): Promise<void> {
    const request: Request = {
      kind: 'read',
      requestId: `${id}-${name}`,
      staffId,
      patientId,
      purpose: 'emergency',
      reason: emergencyReason,
      sessionId,
    };
    const answer = await press(request);
    if (answer?.status === 'shown') await follow(request);
  }

  await look('at-first');
  if (way === 'left') {
    // The page stays open, and keeps itself up to date.
    for (let waitedMs = 0; waitedMs < idleMs + clearOfEndMs; waitedMs += refreshMs) {
      await sleep(refreshMs);
      await look(`refresh-${waitedMs / refreshMs + 1}`, true);
    }
    await look('when-left');
  } else if (way === 'revoked') {
    await sleep(pauseMs);
    const atWork = isCrowded(visit);
    if (atWork) await sleep(noteUseEveryMs);
    const meanwhile: Promise<unknown>[] = [];
    /** Whoever is at work goes on in these very moments, and may be let in or not. */
    const pressAtWork: Press = (request) => {
      if (atWork && request.kind === 'revoke' && meanwhile.length === 0) {
        for (let at = 1; at <= looksAtWork; at += 1) {
          const waitMs = random.integer(0, atWorkForMs);
          meanwhile.push(sleep(waitMs).then(() => look(`meanwhile-${at}`)));
        }
      }
      return press(request);
    };
    const answer = await desks.ask(
      {
        kind: 'revoke',
        requestId: `${id}-revoked`,
        staffId: officerId,
        patientId: staffId,
        purpose: 'session',
      },
      pressAtWork,
    );
    await Promise.all(meanwhile);
    if (answer?.status !== 'done') return true;
    await Promise.all(['here', 'there', 'elsewhere'].map((place) => look(`revoked-${place}`)));
  } else {
    await breakGlass('without');
    if (!(await desks.stepUp(staffId, sessionId, press))) return true;
    const second = breakGlass('with');
    // Whoever goes on working is not asked again, but for what is sensitive.
    for (let waitedMs = 0; waitedMs < stepUpMs + clearOfEndMs; waitedMs += refreshMs) {
      await sleep(refreshMs);
      await look(`work-${waitedMs / refreshMs + 1}`);
    }
    await breakGlass('too-late');
    // Once more in the same session: it counts as the first time did.
    if (isCrowded(visit) && (await desks.stepUp(staffId, sessionId, press))) {
      await breakGlass('once-more');
    }
    await second;
  }
  return true;
}
