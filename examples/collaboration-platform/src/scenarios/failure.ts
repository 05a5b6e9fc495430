import { ruleWords, type StormScenario } from '@firedrill/core/scenario';
import type { Canvases } from '../types.ts';
import { explain } from './explain.ts';
import { lossFromMs, meetingsFromMs, storm } from './storm.ts';

const { defineSigns, sign } = ruleWords<Canvases>();

/** The signs by which the incident of direct calls is known. */
export const signs = defineSigns({
  'frozen-time': sign(
    'as the meetings begin, people look at screens that have been frozen for five seconds and more',
    ({ seconds }) =>
      1_000 *
      seconds
        .filter(({ atMs }) => atMs > meetingsFromMs && atMs <= lossFromMs)
        .reduce((sum, { values }) => sum + values.frozenEdits, 0),
    // On an ordinary Monday it is 1.3 to 3.3 minutes, with the meetings 4 to 10.1 (seeds 1 to 12).
    { over: 3.5 * 60_000, unit: 'ms', of: 'of their time before the networks go, all together' },
  ),
});

export const failure: StormScenario<Canvases> = {
  kind: 'storm',
  title: 'the incident',
  intro: [
    'People draw on shared canvases: most in small teams, some in workshops, hundreds in an all-hands. The server awaits everything that follows from a stroke before the screen may show it, and tells one viewer after the other. It is Monday, and at ten every meeting begins.',
  ],
  storm,
  cast: [{ implementation: 'direct-calls', role: 'broken' }],
  signs,
  cause: {
    label: 'meetings that all begin at ten',
    conditions: { meetings: { label: 'the meetings of ten o’clock', load: 'above-base' } },
  },
  explain,
  next: '--scenario=recovery',
};
