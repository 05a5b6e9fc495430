import type { ClosableSystem, ExampleTypes } from '@firedrill/core/scenario';
import type { z } from 'zod';
import type { measures, reports } from './measurements.ts';
import type { createServices, Truth } from './services.ts';
import type { settings } from './settings.ts';

/** All parts of the incident, so that each file knows the others. */
export interface Incident extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: Truth;
  readonly system: Kiosk;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

/** What every implementation is. */
export interface Kiosk extends ClosableSystem {
  buy(cup: string): Promise<'sold'>;
}
