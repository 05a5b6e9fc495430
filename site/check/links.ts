import type { Built } from './files.ts';

/** Links of the built pages that lead nowhere: to a page, a file or a heading that is not there. */
export function deadLinks({ addresses, pages }: Built): readonly string[] {
  const headings = new Map([...pages].map(([address, text]) => [address, idsOf(text)]));
  const dead = new Set<string>();
  for (const [address, text] of pages) {
    for (const [, target = ''] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(?:https?|data|mailto):/.test(target)) continue;
      const url = new URL(target.replaceAll('&amp;', '&'), `http://site${address}`);
      const path = decodeURI(url.pathname);
      const heading = decodeURIComponent(url.hash.slice(1));
      const isThere =
        addresses.has(path) &&
        (heading === '' || path === '/storm/' || headings.get(path)?.has(heading) === true);
      if (!isThere) dead.add(`${address}: ${target} leads nowhere`);
    }
  }
  return [...dead];
}

function idsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id));
}
