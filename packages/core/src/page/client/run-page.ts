import { chartData } from '../../report/html/chart-data.ts';
import { runViews, type RunViewsOptions } from '../../report/html/run-views.ts';
import type { RunState } from '../../report/run-state.ts';
import { drawCharts } from './charts/draw-charts.js';
import { showVerdicts } from './clock.ts';
import { byId } from './elements.ts';
import { createShips, type ShipsOptions } from './ships.ts';

/** The part of the page that shows a run. */
export interface RunPage {
  say(text: string, isBad?: boolean): void;
  /** Draws the one chart of a run under way. */
  follow(state: RunState): void;
  /** Shows a run that has ended, beside the one before it. */
  show(state: RunState, options?: ShowOptions): void;
}

export interface ShowOptions extends RunViewsOptions, ShipsOptions {}

/** How long records are gathered before the chart of a run under way is drawn again, in ms. */
const redrawMs = 250;

function say(text: string, isBad = false): void {
  const status = byId('status', HTMLElement);
  status.textContent = text;
  status.classList.toggle('bad', isBad);
}

/** @param onWindow a window was dragged on the chart, in virtual ms */
export function createRunPage(onWindow: (fromMs: number, toMs: number) => void): RunPage {
  document.documentElement.classList.add('scripted');
  const ships = createShips({ against: 'the run before', onWindow });
  let shown: RunState | undefined;
  let drawnAtMs = 0;

  /** The run before, where it is of the same example. */
  const comparable = (state: RunState): RunState | undefined =>
    shown?.started?.example === state.started?.example ? shown : undefined;

  return {
    say,
    follow(state) {
      const phase = state.phases.at(-1);
      if (phase !== undefined) say(`${phase.title}: ${Math.round(phase.atMs / 60_000)} min`);
      if (performance.now() - drawnAtMs < redrawMs) return;
      ships.follow(state, comparable(state));
      drawnAtMs = performance.now();
    },
    show(state, { atMs, onMoment, ...options } = {}) {
      const { started, finished } = state;
      if (started === undefined) {
        say('There is no run in it: it has no record "run.started".', true);
        return;
      }
      byId('views', HTMLElement).innerHTML = runViews(state, started, options).text;
      byId('title', HTMLElement).textContent = started.title;
      showVerdicts(state);
      ships.show(state, comparable(state), { atMs, onMoment });
      shown = state;
      drawCharts(chartData(state, started));
      say(
        finished === undefined
          ? 'The run did not finish.'
          : `${finished.reason} Hash ${finished.hash.slice(0, 16)}`,
      );
    },
  };
}
