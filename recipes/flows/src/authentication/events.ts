import type { FlowTypes } from '@firedrill/core/flows';
import type { Client } from '@firedrill/core/services';
import { z } from 'zod';
import type { Account, Answer, Pending } from './account.ts';
import type { Gate } from './gate.ts';
import type { AuthServices } from './services.ts';
import type { Session } from './session.ts';

const id = z.string().min(1);
const email = z.email();
const password = z.string().min(1).max(200);
export const events = {
  'registration.asked': z.object({ id, email, password, wantsCodes: z.boolean() }),
  'code.given': z.object({ id, registration: z.string(), code: z.string() }),
  'login.asked': z.object({
    id,
    email,
    password,
    code: z.string().optional(),
    /** What the browser kept from the last time. */
    device: z.string().optional(),
    /** Address that it comes from. */
    source: z.string(),
  }),
  'password.given': z.object({ id, email, token: z.string(), password, next: password }),
  'session.asked': z.object({ id, what: z.enum(['renew', 'end']), token: z.string() }),
  'answer.ready': z.object({ id, answer: z.custom<Answer>() }),
  'mail.due': z.object({
    id,
    to: email,
    kind: z.enum(['code', 'exists', 'new-device', 'password-changed']),
    code: z.string().optional(),
  }),
};

export interface Authentication extends FlowTypes {
  readonly events: typeof events;
  readonly outside: {
    readonly [Name in keyof AuthServices]: Client<AuthServices[Name]['operations']>;
  } & { readonly waiting: { readonly give: (id: string, answer: Answer) => void } };
  readonly tables: {
    readonly accounts: Account;
    readonly pending: Pending;
    readonly sessions: Session;
    readonly gates: Gate;
    readonly answers: Answer;
  };
}
