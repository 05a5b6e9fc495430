import type { StormScenario } from '@firedrill/core/scenario';
import type { Settings } from '../settings.ts';
import type { ClinicSystem } from '../system.ts';
import type { World } from '../world.ts';
import { incident } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Settings, World, ClinicSystem> = {
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
  incident,
  next: '--scenario=scale',
};
