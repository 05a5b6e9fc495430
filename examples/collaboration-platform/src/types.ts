import type { ExampleTypes } from '@firedrill/core/scenario';
import type { measures } from './measurements.ts';
import type { reports } from './reports.ts';
import type { createServices } from './services.ts';
import type { Settings } from './settings.ts';
import type { CollaborationSystem } from './system.ts';
import type { Truth } from './truth.ts';

/** The types of this example, in one place. */
export interface Canvases extends ExampleTypes {
  readonly settings: Settings;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: Truth;
  readonly system: CollaborationSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}
