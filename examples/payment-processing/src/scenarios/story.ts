import type { StormScenario } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';
import { storm } from './storm.ts';

export const story: StormScenario<Payments> = {
  kind: 'storm',
  title: 'the whole story',
  intro: [
    'Five weeks in the life of a payment platform: five ways to build it, each the answer to the flaw of the one before, all in the same Black Friday.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'floating-promises', role: 'broken' },
    { implementation: 'event-emitter', role: 'broken' },
    { implementation: 'hooks', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  next: '--scenario=failure --why',
};
