import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../workspace.ts';
import {
  type Declared,
  declaredIn,
  declaredInSection,
  numbersInCode,
  strangeFigures,
} from './prose-figures.ts';
import type { Runs } from './runs.ts';

/**
 * `file:line: figure …` for each figure that somebody has written into the sentences and the tables of a
 * document, and that no file holds that the paragraph links to. What an incident declares may stand in
 * the README of its example; what a section shows as code or as the output of a tool, in the sentences of
 * any other document. Records of decisions are of their day.
 */
export async function figuresOfDocuments(
  documents: ReadonlyMap<string, string>,
  runs: Runs,
): Promise<readonly string[]> {
  const strange = await Promise.all(
    [...documents].map(async ([path, text]) => {
      if (path.startsWith('docs/decisions/')) return [];
      const [, example] = /^examples\/([^/]+)\/README\.md$/.exec(path) ?? [];
      const linked = (target: string): readonly Declared[] => numbersBehind(path, target);
      if (example === undefined) {
        const shown = (line: number): readonly Declared[] => declaredInSection(text, line);
        return strangeFigures(text, shown, linked).map(
          (figure) =>
            `${path}:${figure} is shown by no code and no output of its section, and stands in no file ` +
            'that the paragraph links to: link what holds it, or let a tool write it',
        );
      }
      const declared = declaredIn(await runs.records(example, 'failure'));
      return strangeFigures(text, () => declared, linked).map(
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
  return /\.(?:ts|json)$/.test(target) && existsSync(file)
    ? numbersInCode(readFileSync(file, 'utf8'))
    : [];
}
