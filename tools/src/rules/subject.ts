import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyExample } from '@firedrill/core/scenario';
import { root } from '../workspace.ts';
import type { RulesText } from './changed-rules.ts';
import type { Breaker, Subject } from './plan.ts';

/** Reads from the code of an example what its rules are, and who breaks them. */
export async function loadSubject(name: string): Promise<Subject> {
  const { example } = await load<{ readonly example: AnyExample }>(name, 'src/example.ts');
  const { planted } = await load<{ readonly planted: readonly Breaker[] }>(
    name,
    'test/planted/index.ts',
  );
  const { story } = example.scenarios;
  return {
    name,
    rules: Object.keys(example.rules),
    planted,
    implementations: example.implementations,
    lazy: Object.values(example.lazy),
    told: story.kind === 'storm' ? story.cast.map(({ implementation }) => implementation) : [],
  };
}

/** The files in which an example declares its rules: `src/rules.ts`, and those in a folder beside it. */
export function rulesFiles(example: string): readonly RulesText[] {
  const source = join('examples', example, 'src');
  const folder = join(source, 'rules');
  const more = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  return [join(source, 'rules.ts'), ...more.map((name) => join(folder, name))]
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
}

async function load<Module>(name: string, path: string): Promise<Module> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all examples have these files
  return (await import(pathToFileURL(join(root, 'examples', name, path)).href)) as Module;
}
