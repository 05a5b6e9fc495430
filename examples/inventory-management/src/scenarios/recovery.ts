import type { StormScenario } from '@firedrill/core/scenario';
import type { Settings } from '../settings.ts';
import type { InventorySystem } from '../system.ts';
import type { World } from '../world.ts';
import { incident } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Settings, World, InventorySystem> = {
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
  incident,
  next: '--scenario=scale',
};
