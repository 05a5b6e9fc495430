import process from 'node:process';
import { exampleNames, scenarios } from '../../src/workspace.ts';

/** What the story is called where it has to have a name. */
type Tried = Exclude<(typeof scenarios)[number], undefined> | 'story';

const wanted = process.env['BROWSER_SAMPLE'] ?? '';

/** Whether a part is enough: then causes go unproven, too. */
export const isSample = wanted !== '';

/**
 * Every scenario of every example, by example; with `BROWSER_SAMPLE=3/10` the third of them, the thirteenth, and so on.
 *
 * @throws RangeError naming the variable and its value when it is no such part
 */
export function triedScenarios(): readonly (readonly [example: string, scenario: Tried])[] {
  const all = exampleNames().flatMap((example) =>
    scenarios.map((scenario): readonly [string, Tried] => [example, scenario ?? 'story']),
  );
  if (!isSample) return all;
  const [, part = '', of = ''] = /^(\d+)\/(\d+)$/.exec(wanted) ?? [];
  if (part === '' || Number(part) < 1 || Number(part) > Number(of) || Number(of) > all.length) {
    throw new RangeError(
      `Invalid BROWSER_SAMPLE "${wanted}": use a part such as 1/10, of at most ${all.length}, or leave it out.`,
    );
  }
  return all.filter((_, index) => index % Number(of) === Number(part) - 1);
}
