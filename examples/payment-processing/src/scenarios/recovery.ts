import type { StormScenario } from '@firedrill/core/scenario';
import type { PaymentSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { incident } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Settings, World, PaymentSystem> = {
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
  incident,
  next: '--scenario=scale',
};
