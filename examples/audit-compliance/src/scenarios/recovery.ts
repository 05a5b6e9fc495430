import type { StormScenario } from '@firedrill/core/scenario';
import type { Clinics } from '../types.ts';
import { explain } from './explain.ts';
import { signs } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Clinics> = {
  kind: 'storm',
  title: 'the same storm, two ships',
  intro: [
    'The same staff, the same slow sink, the same crashes: first on direct calls, then on the hardened',
    'platform.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  about: 'repaired',
  signs,
  explain,
  next: '--scenario=scale',
};
