import type { Settings } from '../settings.ts';

/** What a thousand people do, from the settings alone. */
export function workOf(_implementation: string, settings: Settings) {
  return { writesPerSecond: 1000 / settings.thinkMs };
}
