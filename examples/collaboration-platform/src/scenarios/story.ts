import type { StormScenario } from '@firedrill/core/scenario';
import type { Canvases } from '../types.ts';
import { storm } from './storm.ts';

export const story: StormScenario<Canvases> = {
  kind: 'storm',
  title: 'the whole story',
  intro: [
    'Five weeks in the life of a platform for shared canvases: five ways to build it, each the answer to the flaw of the one before, all on the same Monday morning.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'floating-promises', role: 'broken' },
    { implementation: 'event-emitter', role: 'broken' },
    { implementation: 'hooks', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  next: '--scenario=failure --report=report.html',
};
