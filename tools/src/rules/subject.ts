import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyExample } from '@firedrill/core/scenario';
import { root } from '../workspace.ts';
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

async function load<Module>(name: string, path: string): Promise<Module> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all examples have these files
  return (await import(pathToFileURL(join(root, 'examples', name, path)).href)) as Module;
}
