import type { StormScenario } from '@firedrill/core/scenario';
import type { Canvases } from '../types.ts';
import { explain } from './explain.ts';
import { signs } from './failure.ts';
import { storm } from './storm.ts';

export const recovery: StormScenario<Canvases> = {
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
  about: 'repaired',
  signs,
  explain,
  next: '--scenario=scale',
};
