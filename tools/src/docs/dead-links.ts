import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root } from '../workspace.ts';
import { withoutCode } from './prose.ts';

/** Code in a line, which is no link, or what a link leads to. */
const link = /(`+)[^`]+\1(?!`)|\]\(([^)\s]+)\)/g;

/**
 * `file:line: target leads nowhere` for each link of the documents to a file or a heading that is not
 * there. What leads out of the repository is not asked.
 *
 * @param documents texts by their paths from the root
 */
export function deadLinks(documents: ReadonlyMap<string, string>): readonly string[] {
  const headings = new Map<string, ReadonlySet<string>>();
  const headingsIn = (path: string): ReadonlySet<string> => {
    const known = headings.get(path) ?? headingsOf(documents.get(path) ?? '');
    headings.set(path, known);
    return known;
  };
  const isThere = (from: string, target: string): boolean => {
    const [to = '', heading] = decodeURI(target).split('#');
    const path = to === '' ? from : posix.normalize(posix.join(posix.dirname(from), to));
    const file = isFolder(path) ? posix.join(path, 'README.md') : path;
    if (heading !== undefined && documents.has(file)) return headingsIn(file).has(heading);
    return path === from || existsSync(join(root, path));
  };
  return [...documents].flatMap(([path, text]) =>
    linksIn(text)
      .filter(({ target }) => !/^[a-z]+:/.test(target) && !isThere(path, target))
      .map(({ target, line }) => `${path}:${line}: ${target} leads nowhere`),
  );
}

function linksIn(text: string): readonly { readonly target: string; readonly line: number }[] {
  const prose = withoutCode(text);
  return [...prose.matchAll(link)].flatMap(({ 2: target, index }) =>
    target === undefined ? [] : [{ target, line: prose.slice(0, index).split('\n').length }],
  );
}

/** The names that a page gives its headings: as GitHub does, and the site. */
function headingsOf(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, title = ''] of withoutCode(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const name = title
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    let unique = name;
    for (let count = 1; names.has(unique); count += 1) unique = `${name}-${count}`;
    names.add(unique);
  }
  return names;
}

function isFolder(path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() === true;
}
