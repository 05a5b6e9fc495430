import { lazySystems } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';
import { hardened } from './5-hardened.ts';

/** Longer than anybody presses a button. */
const tooLateMs = 120_000;

/** Systems that do as little as they can get away with. */
export const lazy = lazySystems<Clinics>({
  repaired: hardened,
  refuse: () => ({
    handle: async () => ({ status: 'denied', reason: 'role' }),
    close: async () => {},
  }),
  sayYes: () => ({ handle: async () => ({ status: 'done' }), close: async () => {} }),
  tooLateMs,
  breaks: {
    'refuses-everybody': [
      'no-acknowledged-entry-lost',
      'denials-on-record',
      'tampering-found',
      'lawful-served',
      'nothing-readable',
    ],
    'says-yes': [
      'no-acknowledged-entry-lost',
      'tampering-found',
      'lawful-only',
      'nothing-readable',
    ],
    'first-hundred': [
      'entry-as-answered',
      'no-acknowledged-entry-lost',
      'denials-on-record',
      'lawful-served',
      'emergencies-reviewed',
    ],
    'too-late': ['staff-answered', 'answer-p95'],
    'drops-every-tenth': [
      'true-record',
      'slots-handed-on',
      'entry-as-answered',
      'given-back',
      'no-acknowledged-entry-lost',
      'lawful-only',
      'emergencies-reviewed',
      'escalated-in-time',
      'nothing-readable',
    ],
  },
});
