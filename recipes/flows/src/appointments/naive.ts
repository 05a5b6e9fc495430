import { type Client, withTimeout } from '@firedrill/core/services';
import type { Visit } from './flow.ts';
import type { MailKind } from './mail-kinds.ts';
import type { AppointmentServices } from './services.ts';

type Outside = {
  readonly [Name in keyof AppointmentServices]: Client<AppointmentServices[Name]['operations']>;
};

const dayMs = 86_400_000;

/**
 * Looks into the calendar, and writes into it when nothing is there; in between somebody else does the same.
 * Those who wait are kept in memory and told all at once. A day has 24 hours, and an offset is read off
 * today.
 */
export function naiveAppointments(outside: Outside, now: () => number) {
  const calendar = withTimeout(outside.calendar, 800);
  const mail = withTimeout(outside.mail, 800);
  const sms = withTimeout(outside.sms, 800);
  const offsets = { azores: -1, 'los-angeles': -7, sydney: 11 };
  const waiting: Visit[] = [];
  const pending = new Set<Promise<unknown>>();
  let mails = 0;

  const inBackground = (work: Promise<unknown>): void => {
    const done = work.catch(() => {}).finally(() => pending.delete(done));
    pending.add(done);
  };

  async function send(visit: Visit, kind: MailKind, days = 0): Promise<void> {
    const { id: visitId, startMs, endMs, clinic } = visit;
    const here = new Date(startMs + offsets[clinic] * 3_600_000).toISOString();
    const local = here.slice(0, 16).replace('T', ' ');
    await thrice(() => {
      mails += 1;
      return (kind === 'reminder' ? sms : mail).send({
        id: `mail-${mails}`,
        visitId,
        kind,
        startMs,
        endMs,
        local,
        days,
      });
    });
  }

  async function book(visit: Visit): Promise<boolean> {
    const { id, provider, startMs, endMs } = visit;
    const { entries } = await thrice(() => calendar.list({ provider }));
    if (entries.some((entry) => entry.startMs === startMs)) return false;
    await thrice(() => calendar.put({ id, provider, startMs, endMs }));
    await send(visit, 'confirmed');
    for (const days of [7, 1]) {
      setTimeout(() => inBackground(send(visit, 'reminder', days)), startMs - days * dayMs - now());
    }
    return true;
  }

  async function handle(what: 'request' | 'cancel' | 'accept' | 'decline', visit: Visit) {
    if (what === 'request') {
      if (await book(visit)) return;
      waiting.push(visit);
      await send(visit, 'waiting');
    } else if (what === 'accept') {
      if (!(await book(visit))) await send(visit, 'too-late');
    } else if (what === 'cancel') {
      await thrice(() => calendar.remove({ id: visit.id }));
      await send(visit, 'cancelled');
      const interested = waiting.filter(({ provider }) => provider === visit.provider);
      const { startMs, endMs } = visit;
      await Promise.all(
        interested.map((each) => send({ ...each, startMs, endMs }, 'offered').catch(() => {})),
      );
    }
  }

  return {
    ask(what: 'request' | 'cancel' | 'accept' | 'decline', visit: Visit): void {
      inBackground(handle(what, visit));
    },
    async onIdle(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

async function thrice<T>(call: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    try {
      return await call();
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}
