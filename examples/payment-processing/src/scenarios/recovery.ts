import type { StormScenario } from '@firedrill/core/scenario';
import type { Payments } from '../types.ts';
import { explain } from './explain.ts';
import { signs } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Payments> = {
  kind: 'storm',
  title: 'the same storm, two ships',
  intro: [
    'The same customers, the same sale, the same hanging merchants: first on direct calls, then on the hardened platform.',
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
