import type { Rule, StormScenario } from '@firedrill/core/scenario';
import type { CollaborationSystem } from '../system.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import { storm } from './storm.ts';

type Sign = Rule<Settings, World, CollaborationSystem>;

/** The signs by which the incident of direct calls is known. */
export const incident: readonly Sign[] = [
  {
    name: 'five-second-freezes',
    title: 'the screen freezes for five seconds and more after one’s own stroke',
    kind: 'incident',
    expected: 'over 5 s at the 95th percentile',
    evaluate({ meter, firstSignals }) {
      const p95 = meter.percentile('own', 95) / 1_000;
      return {
        holds: p95 > 5 && firstSignals.has('frozen'),
        observed: `${p95.toFixed(1)} s, ${meter.peak('frozenEdits')} people frozen at once`,
      };
    },
  },
  {
    name: 'minute-long-freezes',
    title: 'whoever presents to hundreds waits for each of them in turn',
    kind: 'incident',
    expected: 'a stroke that takes over 30 s',
    evaluate({ meter }) {
      const longest = meter.max('own') / 1_000;
      return { holds: longest > 30, observed: `${longest.toFixed(1)} s` };
    },
  },
  {
    name: 'edits-fail',
    title: 'strokes are lost when the network is',
    kind: 'incident',
    expected: 'edits that fail',
    evaluate({ meter }) {
      const failed = meter.total('failedEdits');
      return { holds: failed > 0, observed: `${failed} of ${meter.total('edits')} failed` };
    },
  },
  {
    name: 'ghosts-stay',
    title: 'people who are long gone are shown as present',
    kind: 'incident',
    expected: 'ghosts',
    evaluate({ meter }) {
      const ghosts = meter.peak('ghosts');
      return { holds: ghosts > 0, observed: `${ghosts} at once` };
    },
  },
];

export const failure: StormScenario<Settings, World, CollaborationSystem> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'People draw on shared canvases: most in small teams, some in workshops, hundreds in an all-hands. The server awaits everything that follows from a stroke before the screen may show it, and tells one viewer after the other. It is Monday, and at ten every meeting begins.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  incident,
  next: '--scenario=recovery',
};
