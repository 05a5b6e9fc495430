import type { StormScenario } from '@firedrill/core/scenario';
import type { Inventory } from '../types.ts';
import { explain } from './explain.ts';
import { storm } from './storm.ts';

export const story: StormScenario<Inventory> = {
  kind: 'storm',
  title: 'the whole story',
  intro: [
    'Five weeks in the life of a shop: five ways to sell what it has, each the answer to the flaw of',
    'the one before, all on the same Black Friday.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'floating-promises', role: 'broken' },
    { implementation: 'event-emitter', role: 'broken' },
    { implementation: 'hooks', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  explain,
  next: '--scenario=failure --report=report.html',
};
