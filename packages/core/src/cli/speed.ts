import { UsageError } from '../command-line/index.ts';

/** How fast virtual time passes on the screen; a number is virtual seconds per second. */
export type Speed = 'auto' | 'max' | number;

/**
 * Reads `--speed`: `auto`, `max`, or a factor such as `60x` or `0.5x`.
 *
 * @throws UsageError for anything else
 */
export function parseSpeed(text: string): Speed {
  if (text === 'auto' || text === 'max') return text;
  const [, digits] = /^(\d+(?:\.\d+)?)x$/.exec(text) ?? [];
  const factor = Number(digits);
  if (factor > 0) return factor;
  throw new UsageError({
    given: `--speed=${text}`,
    cause: 'that is no speed',
    remedy: 'Use auto, max, or a factor such as 60x.',
  });
}
