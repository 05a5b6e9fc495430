import type { FlowObserver } from '@firedrill/core/flows';
import { machineMs } from './machine-time.ts';

/** When the last step of each event from outside has ended, by `machineMs`. */
export class LastEnds {
  readonly byEvent = new Map<string, number>();
  readonly observer: FlowObserver = {
    begin: ({ event }) => ({
      end: () => {
        this.byEvent.set(event.correlationId, machineMs());
      },
    }),
  };
}
