import type { StormScenario } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';
import { explain } from './explain.ts';
import { signs } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Inventory> = {
  kind: 'storm',
  title: 'the same storm, two ships',
  intro: [
    'The same shoppers, the same hot products, the same slow and failing services: first on direct',
    'calls, then on the hardened shop.',
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
