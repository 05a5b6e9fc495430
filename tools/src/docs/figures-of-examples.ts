import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../workspace.ts';
import { type Declared, declaredIn, numbersInCode, strangeFigures } from './prose-figures.ts';
import type { Runs } from './runs.ts';

/**
 * `file:line: figure …` for each figure that somebody has written into the sentences of an example's
 * README, and that neither its incident declares nor a file holds that the paragraph links to.
 */
export async function figuresOfExamples(
  documents: ReadonlyMap<string, string>,
  runs: Runs,
): Promise<readonly string[]> {
  const readmes = [...documents].flatMap(([path, text]) => {
    const [, example] = /^examples\/([^/]+)\/README\.md$/.exec(path) ?? [];
    return example === undefined ? [] : [{ path, text, example }];
  });
  const strange = await Promise.all(
    readmes.map(async ({ path, text, example }) => {
      const declared = declaredIn(await runs.records(example, 'failure'));
      const linked = (target: string): readonly Declared[] => numbersBehind(path, target);
      return strangeFigures(text, declared, linked).map(
        (figure) =>
          `${path}:${figure} is declared by no setting, fault, story or rule of the incident, and stands ` +
          'in no file that the paragraph links to: say it as the run does, or link what holds it',
      );
    }),
  );
  return strange.flat();
}

function numbersBehind(path: string, target: string): readonly Declared[] {
  const file = join(root, dirname(path), target);
  return target.endsWith('.ts') && existsSync(file)
    ? numbersInCode(readFileSync(file, 'utf8'))
    : [];
}
