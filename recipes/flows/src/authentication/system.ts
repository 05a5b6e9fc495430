import type { DataOf } from '@firedrill/core/flows';
import type { Answer } from './account.ts';
import type { Authentication } from './events.ts';

/** What can be asked, with its data. */
export type Asked =
  | 'registration.asked'
  | 'code.given'
  | 'login.asked'
  | 'password.given'
  | 'session.asked';

export interface AuthSystem {
  /** Resolves with the answer; may be asked again with the same id, which gives the same answer. */
  ask<Name extends Asked>(what: Name, data: DataOf<Authentication, Name>): Promise<Answer>;
  /** Whether a token opens now. */
  check(token: string): Promise<boolean>;
  close(): Promise<void>;
}
