import type { DataOf, NextEvent, Tables } from '@firedrill/core/flows';
import type { Answer } from './account.ts';
import type { Authentication } from './events.ts';

type Next = NextEvent<Authentication>;

/** The answer is kept with what was done, and then given. */
export function answered(
  tables: Tables<Authentication['tables']>,
  own: string,
  answer: Answer,
): Next {
  tables.set('answers', own, answer);
  return { event: 'answer.ready', data: { id: own, answer } };
}
/** The id of a mail is that of what it is about: nobody reads it twice. */
export const mailed = (
  about: string,
  to: string,
  kind: DataOf<Authentication, 'mail.due'>['kind'],
  code?: string,
): Next => ({
  event: 'mail.due',
  data: { id: `${about}-${kind}`, to, kind, code },
});
