import type { UnseenResult } from '@firedrill/core/workshop';

/** How far the storms are that come after the one of the exercise. */
export const stormsSoFar = (results: readonly UnseenResult[], of: number): string =>
  `More storms: ${results.length} of ${of}`;

/** What they came to, up to the first that broke something; each but that of the incident nobody has seen. */
export function stormsText(results: readonly UnseenResult[]): string {
  const unseen = results.filter(({ isWhole }) => isWhole !== true).length;
  const last = results.at(-1);
  if (last?.broken === undefined) {
    const storms = `${unseen} storm${unseen === 1 ? '' : 's'} that nobody has seen`;
    const whole = unseen < results.length ? ', and that of the incident in full' : '';
    return `${storms}${whole}: survived`;
  }
  return last.isWhole === true
    ? `The storm of the incident in full: ${last.broken.text}`
    : `Storm ${unseen} that nobody has seen (seed ${last.seed}): ${last.broken.text}`;
}

/** Faults and load of a storm, as they are typed. */
export const faultsOf = ({ storm }: UnseenResult): readonly string[] =>
  [...storm.matchAll(/--(?:fault|load)='?([^\s']+)/g)].map(([, each = '']) => each);
