import { byId } from '@firedrill/core/page/elements';

/** Systems beside each other under one clock. */
export interface Ships {
  /** @param records a record for each, as NDJSON; `before`: the one that is compared with its phase */
  readonly show: (records: readonly string[], before?: string) => void;
  /** Shows a series in the chart, by its name. */
  readonly choose: (series: string) => void;
}

/** The ships of the page of a run, as `/page/ships.js` exports them. */
interface ShipsModule {
  readonly mountShips: (place: HTMLElement, against: string) => Ships;
}

/**
 * Loads what draws the ships, which is served beside this script, into the element `ships-place`.
 *
 * @param against what a run is compared with, such as "the last save"
 */
export async function loadShips(against: string): Promise<Ships> {
  const address = new URL('/page/ships.js', location.href).href;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module of this page's own server
  const { mountShips } = (await import(address)) as ShipsModule;
  return mountShips(byId('ships-place', HTMLElement), against);
}
