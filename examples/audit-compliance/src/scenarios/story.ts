import type { StormScenario } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';
import { storm } from './storm.ts';

export const story: StormScenario<Clinics> = {
  kind: 'storm',
  title: 'the whole story',
  intro: [
    'Five weeks in the life of a health-care platform: five ways to keep an audit trail, each the answer',
    'to the flaw of the one before, all on the same Monday morning.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'floating-promises', role: 'broken' },
    { implementation: 'buffer', role: 'broken' },
    { implementation: 'hooks', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  next: '--scenario=failure --report=report.html',
};
