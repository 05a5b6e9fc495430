import type { StormScenario } from '@firedrill/core/scenario';
import type { Game } from '../types.ts';
import { storm } from './storm.ts';

export const story: StormScenario<Game> = {
  kind: 'storm',
  title: 'the whole story',
  intro: [
    'Five weeks in the life of a game: five ways to build its shards, each the answer to the flaw of the one before, all in the same weekend event.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'floating-promises', role: 'broken' },
    { implementation: 'event-emitter', role: 'broken' },
    { implementation: 'hooks', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  next: '--scenario=failure --why',
};
