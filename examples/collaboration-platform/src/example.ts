import { defineExample } from '@firedrill/core/scenario';
import { traceFieldRemedy, visitCanvas } from './clients.ts';
import { figures } from './figures.ts';
import * as implementations from './implementations/index.ts';
import { lazy } from './implementations/lazy.ts';
import { charts, measures } from './measurements.ts';
import { reports } from './reports.ts';
import { rules } from './rules.ts';
import { startsAt } from './scenarios/explain.ts';
import { failure } from './scenarios/failure.ts';
import { recovery } from './scenarios/recovery.ts';
import { scale } from './scenarios/scale.ts';
import { story } from './scenarios/story.ts';
import { createServices } from './services.ts';
import { settingsSchema } from './settings.ts';
import { signals } from './signals.ts';
import { processes } from './system.ts';
import type { Canvases } from './types.ts';

/** Shared canvases meet their Monday morning. */
export const example = defineExample<Canvases>({
  name: 'collaboration-platform',
  title: 'Collaboration platform: Monday at ten',
  startsAt,
  settings: settingsSchema,
  traceFields: {
    room: 'name of the canvas that the person opens; drawn when absent',
    role: 'viewer, editor or admin; drawn when absent',
  },
  traceFieldRemedy,
  charts,
  measures,
  reports,
  createServices,
  processes: () => Object.keys(processes),
  implementations,
  lazy,
  visit: visitCanvas,
  signals,
  rules,
  figures,
  swarm: {
    // As many as meet in a small firm; they come and go, and lose their rights, more often.
    small: {
      arrivalsPerSecond: 1,
      stayMs: 60_000,
      peak: 5,
      allHandsSize: 40,
      workshopSize: 12,
      decisionShare: 0.25,
    },
    // A gate that can let in from seven to twelve a second, of whom five come when the meetings begin.
    settings: { handshakeMs: [80, 150], compactAfter: [8, 60] },
    // What weeks 1 to 4 have called.
    unused: ['push.deliver', 'presence.update'],
    switches: ['conflicts'],
    // Rights are seldom taken away, and nothing may be shown to whoever has none.
    often: ['permissions'],
    // When all is over, every screen is compared with the canvas that the server then gives.
    faultsEndWithLoad: true,
  },
  scenarios: { failure, recovery, scale, story },
});
