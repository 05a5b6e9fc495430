import { readFileSync } from 'node:fs';

export interface Manifest {
  readonly name: string;
  /** Commands by their names. */
  readonly scripts: ReadonlyMap<string, string>;
  /** Files by their subpaths, without those that depend on conditions. */
  readonly exports: ReadonlyMap<string, string>;
}

/** @param path of a package.json */
export function readManifest(path: string): Manifest {
  const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const fields = new Map(entriesOf(read));
  const name = fields.get('name');
  return {
    name: typeof name === 'string' ? name : '',
    scripts: textsOf(fields.get('scripts')),
    exports: textsOf(fields.get('exports')),
  };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function textsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    entriesOf(value).flatMap(([key, text]) =>
      typeof text === 'string' ? [[key, text] as const] : [],
    ),
  );
}
