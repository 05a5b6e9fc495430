import type { AnyExample } from '../scenario/example.ts';
import type { FoundExample } from './find-examples.ts';

/** An example with its code. */
export interface LoadedExample extends FoundExample {
  readonly example: AnyExample;
}

/** Loads an example; a sentence when that cannot be done. */
export async function loadExample(found: FoundExample): Promise<LoadedExample | string> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module of an example
    const { example } = (await import(found.module)) as { readonly example?: AnyExample };
    if (example !== undefined) return { ...found, example };
    return refused(found, 'it exports no "example"');
  } catch (error) {
    return refused(found, error instanceof Error ? error.message : String(error));
  }
}

function refused({ name, module }: FoundExample, cause: string): string {
  const [first = ''] = cause.split('\n');
  const what = first.replace(/\.$/, '');
  return `Failed to load the example ${name}: ${what}. Correct ${module}, or name the other examples.`;
}
