import type { DataOf } from '@firedrill/core/flows';
import { type Client, withTimeout } from '@firedrill/core/services';
import { generateSecret, verifySync } from 'otplib';
import type { Answer } from './account.ts';
import type { Authentication } from './events.ts';
import type { AuthServices } from './services.ts';
import type { Asked, AuthSystem } from './system.ts';

type Outside = {
  readonly [Name in keyof AuthServices]: Client<AuthServices[Name]['operations']>;
};

interface User {
  hash: string;
  code: string;
  isVerified: boolean;
  failures: number;
  readonly secret: string | undefined;
}

const emailOf = (token: string): string => token.split('|')[0] ?? '';

/**
 * Users in a map. Who is unknown hears so at once, three wrong passwords lock the account for everybody, a
 * code of the last minute is good as often as one likes, and a token is good until it expires, for it is signed
 * and looked up nowhere.
 */
export function naiveAuthentication(outside: Outside, now: () => number): AuthSystem {
  const passwords = withTimeout(outside.passwords, 3_000);
  const users = new Map<string, User>();
  const registrations = new Map<string, string>();
  const sentMails = new Set<Promise<unknown>>();

  const answers: {
    readonly [Name in Asked]: (data: DataOf<Authentication, Name>) => Promise<Answer>;
  } = {
    async 'registration.asked'({ id, email, password, wantsCodes }) {
      if (users.has(email)) return { kind: 'refused' };
      const { hash } = await passwords.hash({ password });
      const code = String(Math.floor(Math.random() * 10_000));
      const secret = wantsCodes ? generateSecret() : undefined;
      users.set(email, { hash, code, secret, isVerified: false, failures: 0 });
      registrations.set(id, email);
      const mail = outside.mail.send(
        { id: `${id}-code`, to: email, kind: 'code', code },
        { timeoutMs: 1_000 },
      );
      const sent = mail.catch(() => {}).finally(() => sentMails.delete(sent));
      sentMails.add(sent);
      return { kind: 'sent' };
    },
    async 'code.given'({ registration, code }) {
      const user = users.get(registrations.get(registration) ?? '');
      if (user?.code !== code) return { kind: 'refused' };
      user.isVerified = true;
      return { kind: 'verified', device: '', codeSecret: user.secret };
    },
    async 'login.asked'({ email, password, code = '' }) {
      const user = users.get(email);
      if (user === undefined) return { kind: 'refused' };
      if (user.failures >= 3) return { kind: 'later' };
      const { isRight } = await passwords.verify({ password, hash: user.hash });
      const epoch = Math.floor(now() / 1_000);
      const { secret } = user;
      const isCode =
        secret === undefined ||
        (/^\d{6}$/.test(code) &&
          verifySync({ secret, token: code, epoch, epochTolerance: 60 }).valid);
      if (!isRight || !isCode) {
        user.failures += 1;
        return { kind: 'refused' };
      }
      user.failures = 0;
      return { kind: 'in', token: `${email}|${now()}.signed`, device: '' };
    },
    async 'password.given'({ email, next }) {
      const { hash } = await passwords.hash({ password: next });
      const user = users.get(email);
      if (user !== undefined) user.hash = hash;
      return { kind: 'changed', device: '' };
    },
    async 'session.asked'({ what, token }) {
      return what === 'end'
        ? { kind: 'out' }
        : { kind: 'renewed', token: `${emailOf(token)}|${now()}.signed` };
    },
  };

  return {
    ask: (what, data) => answers[what](data),
    check: async (token) => users.has(emailOf(token)),
    async close() {
      await Promise.all(sentMails);
    },
  };
}
