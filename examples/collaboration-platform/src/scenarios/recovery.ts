import type { StormScenario } from '@firedrill/core/scenario';
import type { CollaborationSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { incident } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Settings, World, CollaborationSystem> = {
  kind: 'storm',
  title: 'the same storm, two ships',
  intro: [
    'The same people, the same meetings, the same networks that go: first on direct calls, then on the hardened platform.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  incident,
  next: '--scenario=scale',
};
