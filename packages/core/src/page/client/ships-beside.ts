import type { RunRecord } from '../../scenario/record.ts';
import { emptyRun, reduce, type RunState } from '../../report/run-state.ts';
import { changed, chart, ships as room, stage } from '../ships-html.ts';
import { createShips } from './ships.ts';

/** Ships of several runs beside each other, in a page of somebody else's. */
export interface ShipsBeside {
  /**
   * Shows runs of the same storm under one clock, which stays where it was.
   *
   * @param records a record for each, as NDJSON
   * @param before the record that the phase of the same name is compared with
   */
  show(records: readonly string[], before?: string): void;
  /** Shows a series in the chart, by its name. */
  choose(series: string): void;
}

/**
 * Makes room for ships in an element. It takes uPlot as a global, and the style of the page.
 *
 * @param against what a run is compared with, such as "the last save"
 */
export function mountShips(place: HTMLElement, against: string): ShipsBeside {
  place.innerHTML = [stage, chart({ breaks: false }), room, changed(against)]
    .map(({ text }) => text)
    .join('');
  const ships = createShips({ against });
  return {
    choose: (series) => ships.choose(series),
    show(records, before) {
      const runs = records.map(readRun);
      const [{ started } = emptyRun()] = runs;
      if (started === undefined) return;
      const state: RunState = {
        ...emptyRun(),
        started,
        phases: runs.flatMap(({ phases }) => phases),
      };
      const compared = before === undefined ? undefined : readRun(before);
      ships.show(state, compared, { atMs: ships.momentMs });
    },
  };
}

function readRun(text: string): RunState {
  const state = emptyRun();
  for (const line of text.split('\n')) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what serves the page wrote it
    reduce(state, JSON.parse(line) as RunRecord);
  }
  return state;
}
