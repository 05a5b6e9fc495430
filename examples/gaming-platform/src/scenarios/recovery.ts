import type { StormScenario } from '@firedrill/core/scenario';
import type { GameSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { incident } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Settings, World, GameSystem> = {
  kind: 'storm',
  title: 'the same storm, two ships',
  intro: [
    'The same players, the same cheaters among them, the same slow push provider: first on direct calls, then on the hardened shard.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  incident,
  next: '--scenario=scale',
};
