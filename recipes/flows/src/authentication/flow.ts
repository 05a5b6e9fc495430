import { flowWords } from '@firedrill/core/flows';
import { withTimeout } from '@firedrill/core/services';
import { type Answer, changedFrom, openedBy, signedInto } from './account.ts';
import { type Authentication, events } from './events.ts';
import { answered, mailed } from './follows.ts';
import { failedAt, isClosed } from './gate.ts';
import * as rules from './house-rules.ts';
import { newCodeSecret, stepOfCode } from './one-time-code.ts';
import { nobodysHash } from './password-hash.ts';
import { hashOf, isOpen, newSecret, newSession, readToken, renewed, tokenOf } from './session.ts';

/*
 * What is asked has an id, and its answer is kept under it: whoever lost the answer asks again with the same.
 *
 *   registration.asked > (register) --+
 *   code.given         > (verify)     |
 *   login.asked        > (sign-in)    +--> answer.ready > (answer)
 *   password.given     > (change)     |
 *   session.asked      > (session)    +--> mail.due     > (mail)
 */

const { step, defineFlow } = flowWords<Authentication>();

const byId = { key: ({ id: own }: { readonly id: string }) => own };
const stubborn = {
  maxAttempts: Infinity,
  backoff: { initialMs: 200, maxMs: 5_000, factor: 2, jitter: 'full' },
} as const;
/** A hash, and the longest wait in the line of the password service. */
const hashMs = 3_000;
const mailMs = 1_000;

export const authentication = defineFlow({
  name: 'authentication',
  events,
  steps: [
    step('register', {
      on: 'registration.asked',
      idempotent: byId,
      concurrency: 64,
      retry: stubborn,
      async run(data, { outside, tables, now }) {
        const passwords = withTimeout(outside.passwords, hashMs);
        const { hash } = await passwords.hash({ password: data.password });
        // The same answer and the same work, whether or not there is an account: only its owner reads which.
        const isTaken = (await tables.get('accounts', data.email)) !== undefined;
        const code = newSecret().slice(0, 8);
        tables.set('pending', data.id, {
          email: data.email,
          hash,
          codeHash: isTaken ? '' : hashOf(code),
          wantsCodes: data.wantsCodes,
          expiresAtMs: now() + rules.codeLivesMs,
          triesLeft: rules.codeTries,
        });
        const mail = isTaken
          ? mailed(data.id, data.email, 'exists')
          : mailed(data.id, data.email, 'code', code);
        return [answered(tables, data.id, { kind: 'sent' }), mail];
      },
    }),
    step('verify', {
      on: 'code.given',
      idempotent: byId,
      // The password of the one who registered counts only with the code of that very registration.
      key: ({ registration }) => registration,
      async run({ id: own, registration, code }, { tables, now }) {
        const found = await tables.get('pending', registration);
        const account = found && (await tables.get('accounts', found.email));
        const isGuess = found !== undefined && found.codeHash !== hashOf(code);
        if (isGuess)
          tables.set('pending', registration, { ...found, triesLeft: found.triesLeft - 1 });
        let answer: Answer = { kind: 'refused' };
        if (found && !isGuess && !account && found.triesLeft > 0 && now() < found.expiresAtMs) {
          const device = newSecret();
          const codeSecret = found.wantsCodes ? newCodeSecret() : undefined;
          tables.set('accounts', found.email, openedBy(found, hashOf(device), codeSecret));
          tables.delete('pending', registration);
          answer = { kind: 'verified', device, codeSecret };
        }
        return answered(tables, own, answer);
      },
    }),
    step('sign-in', {
      on: 'login.asked',
      idempotent: byId,
      key: ({ email: of }) => of,
      concurrency: 64,
      retry: stubborn,
      async run(
        { id: own, email: of, password: given, code, device, source },
        { outside, tables, now },
      ) {
        const account = await tables.get('accounts', of);
        const deviceHash = device === undefined ? '' : hashOf(device);
        const isKnown = account?.devices.includes(deviceHash) === true;
        const gates = rules.gatesOf(isKnown, deviceHash, of, source);
        for (const [name, options] of gates) {
          if (!isClosed(await tables.get('gates', name), options, now())) continue;
          return answered(tables, own, { kind: 'later' });
        }
        const hash = account?.hash ?? nobodysHash;
        const passwords = withTimeout(outside.passwords, hashMs);
        const { isRight } = await passwords.verify({ password: given, hash });
        const { codeSecret, lastStep = -1 } = account ?? {};
        const used =
          codeSecret === undefined ? lastStep : stepOfCode(codeSecret, code ?? '', now(), lastStep);
        if (account === undefined || !isRight || used === undefined) {
          for (const [name, options] of gates) {
            tables.set('gates', name, failedAt(await tables.get('gates', name), options, now()));
          }
          return answered(tables, own, { kind: 'refused' });
        }
        const secret = newSecret();
        const keeps = isKnown && device !== undefined ? device : newSecret();
        tables.set('accounts', of, signedInto(account, own, used, hashOf(keeps)));
        tables.set('sessions', own, newSession(of, secret, now() + rules.sessionLivesMs));
        const isIn = answered(tables, own, {
          kind: 'in',
          token: tokenOf(own, secret),
          device: keeps,
        });
        return isKnown ? isIn : [isIn, mailed(own, of, 'new-device')];
      },
    }),
    step('change', {
      on: 'password.given',
      idempotent: byId,
      key: ({ email: of }) => of,
      retry: stubborn,
      async run({ id: own, email: of, token, password: given, next }, { outside, tables, now }) {
        const account = await tables.get('accounts', of);
        const { sessionId, secret } = readToken(token);
        const session = await tables.get('sessions', sessionId);
        const passwords = withTimeout(outside.passwords, hashMs);
        const isOwner = session?.email === of && isOpen(session, secret, now());
        const gate = `device ${sessionId}`;
        const failures = await tables.get('gates', gate);
        const isRight =
          account !== undefined &&
          isOwner &&
          !isClosed(failures, rules.deviceGate, now()) &&
          (await passwords.verify({ password: given, hash: account.hash })).isRight;
        if (!isRight) {
          if (isOwner) tables.set('gates', gate, failedAt(failures, rules.deviceGate, now()));
          return answered(tables, own, { kind: 'refused' });
        }
        const { hash } = await passwords.hash({ password: next });
        // Whoever else is in is out: that may be why it is changed.
        for (const other of account.sessions) {
          const open = await tables.get('sessions', other);
          if (open && other !== sessionId)
            tables.set('sessions', other, { ...open, isRevoked: true });
        }
        const device = newSecret();
        tables.set('accounts', of, changedFrom(account, hash, sessionId, hashOf(device)));
        return [
          answered(tables, own, { kind: 'changed', device }),
          mailed(own, of, 'password-changed'),
        ];
      },
    }),
    step('session', {
      on: 'session.asked',
      idempotent: byId,
      key: ({ token }) => readToken(token).sessionId,
      async run({ id: own, what, token }, { tables, now }) {
        const { sessionId, secret } = readToken(token);
        const session = await tables.get('sessions', sessionId);
        let answer: Answer = { kind: 'out' };
        if (session && what === 'renew') {
          const nextSecret = newSecret();
          const { session: next, isRenewed } = renewed(session, secret, nextSecret, now());
          tables.set('sessions', sessionId, next);
          if (isRenewed) answer = { kind: 'renewed', token: tokenOf(sessionId, nextSecret) };
        } else if (isOpen(session, secret, now()) && session) {
          tables.set('sessions', sessionId, { ...session, isRevoked: true });
        }
        return answered(tables, own, answer);
      },
    }),
    step('mail', {
      on: 'mail.due',
      idempotent: byId,
      concurrency: 32,
      retry: stubborn,
      async run(mail, { outside }) {
        await withTimeout(outside.mail, mailMs).send(mail);
      },
    }),
    step('answer', {
      on: 'answer.ready',
      idempotent: { byNature: 'who has the answer does not wait any more' },
      concurrency: 64,
      run({ id: own, answer }, { outside }) {
        outside.waiting.give(own, answer);
      },
    }),
  ],
});
