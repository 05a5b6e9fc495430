import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the built site. */
export const dist = join(import.meta.dirname, '../dist');

export interface Built {
  /** Addresses of all files, such as `/incidents/payment-processing/` and `/favicon.svg`. */
  readonly addresses: ReadonlySet<string>;
  /** The pages by their addresses, without those of the storm: they are the page's own. */
  readonly pages: ReadonlyMap<string, string>;
}

export function readBuilt(): Built {
  const names = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${join(entry.parentPath, entry.name).slice(dist.length + 1)}`);
  const pages = new Map(
    names
      .filter((name) => name.endsWith('.html') && !name.startsWith('/storm/'))
      .map((name) => [addressOf(name), readFileSync(join(dist, name), 'utf8')]),
  );
  return { addresses: new Set([...names, ...names.map(addressOf)]), pages };
}

function addressOf(name: string): string {
  return name.replace(/index\.html$/, '');
}
