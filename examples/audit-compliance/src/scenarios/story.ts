import type { StormScenario } from '@firedrill/core/scenario';
import type { Settings } from '../settings.ts';
import type { ClinicSystem } from '../system.ts';
import type { World } from '../world.ts';
import { storm } from './storm.ts';

export const story: StormScenario<Settings, World, ClinicSystem> = {
  kind: 'storm',
  title: 'the whole story',
  intro: [
    'Five weeks in the life of a health-care platform: five ways to keep an audit trail, each the answer',
    'to the flaw of the one before, all on the same Monday morning.',
  ],
  storm,
  cast: [
    { implementation: 'direct-calls', role: 'broken' },
    { implementation: 'floating-promises', role: 'broken' },
    { implementation: 'buffer', role: 'broken' },
    { implementation: 'hooks', role: 'broken' },
    { implementation: 'hardened', role: 'repaired' },
  ],
  incident: [],
  next: '--scenario=failure --report=report.html',
};
