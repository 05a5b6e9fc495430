import type { Implementation } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';
import { hardenedParts, startProgram } from './hardened/program.ts';

/**
 * Week 5 and since. The entry is committed before the effect, in an event store that outlives every
 * process; what follows from it is in the same transaction or follows the log, and is taken over when a
 * process dies. Access by role, purpose, care team and consent; fields sealed under a key of their
 * patient, and only those opened that the purpose needs; and the log sealed so that anybody can tell
 * whether it was touched.
 */
export const hardened: Implementation<Clinics> = {
  name: 'hardened',
  week: 5,
  flaw: 'none known: entry before effect, event store, outbox, sealed log, purpose, consent, encryption',
  role: 'repaired',
  breaks: [],
  create: (context) => startProgram(context, hardenedParts),
};
