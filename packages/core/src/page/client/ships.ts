import type { RunState } from '../../report/run-state.ts';
import { differences } from '../differences.ts';
import { type Clock, startClock } from './clock.ts';
import { byId, element } from './elements.ts';
import { createOverview, type OverviewOptions } from './overview.ts';

/** The ships of a run under one clock, below the chart that tells them apart. */
export interface Ships {
  /** Where the clock stands, in virtual ms; none before a run was shown. */
  readonly momentMs: number | undefined;
  /** Draws the chart of a run under way. */
  follow(state: RunState, before: RunState | undefined): void;
  /** Draws a run that has ended. `before`: what it is compared with. */
  show(state: RunState, before: RunState | undefined, options?: ShipsOptions): void;
  /** Shows a series in the chart, by its name. */
  choose(series: string): void;
}

export interface ShipsOptions {
  /** Where the clock stands at first, in virtual ms; without it, where trouble began. */
  readonly atMs?: number | undefined;
  /** A moment was chosen, in virtual ms. */
  readonly onMoment?: ((atMs: number) => void) | undefined;
}

export function createShips(options: Pick<OverviewOptions, 'against' | 'onWindow'>): Ships {
  const overview = createOverview({ ...options, onMoment: (atMs) => clock?.choose(atMs) });
  let clock: Clock | undefined;
  let momentMs: number | undefined;

  return {
    get momentMs() {
      return momentMs;
    },
    choose: (series) => overview.choose(series),
    follow: (state, before) => overview.show(state, before),
    show(state, before, { atMs = firstTrouble(state), onMoment } = {}) {
      clock?.stop();
      byId('stage', HTMLElement).hidden = false;
      const changes = before === undefined ? [] : differences(before, state);
      byId('changes', HTMLElement).replaceChildren(...changes.map((text) => element('li', text)));
      byId('changed', HTMLElement).hidden = changes.length === 0;
      overview.show(state, before);
      clock = startClock(state, atMs, {
        onMove(movedToMs) {
          momentMs = movedToMs;
          overview.moveTo(movedToMs);
        },
        onChoice: (chosenMs) => onMoment?.(chosenMs),
      });
    },
  };
}

/** When the first critical signal was seen, in virtual ms; the beginning where none was. */
function firstTrouble({ phases }: RunState): number {
  const critical = phases.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.kind === 'signal' && event.severity === 'critical' ? [event.atMs] : [],
    ),
  );
  return critical.length === 0 ? 0 : Math.min(...critical);
}
