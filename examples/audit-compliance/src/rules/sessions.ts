import { ruleWords } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';

const { invariant, only } = ruleWords<Clinics>();

export const sessionRules = only(({ sessions }) => sessions, {
  'session-alive': invariant(
    'whoever is answered has a session that is in use and was not revoked, on all processes; nobody else is sent away, nor kept from logging in',
    'wrong session',
    ({ truth }) => truth.sessions.wrong,
  ),
  'stepped-up': invariant(
    'whoever breaks the glass or erases has shown once more who they are, not long ago',
    'wrong step-up',
    ({ truth }) => truth.sessions.wrongStepUps,
  ),
});
