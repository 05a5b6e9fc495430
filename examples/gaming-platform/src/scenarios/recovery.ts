import type { StormScenario } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';
import { explain } from './explain.ts';
import { signs } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Game> = {
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
  about: 'repaired',
  signs,
  explain,
  next: '--scenario=scale',
};
