import { posix } from 'node:path';
import { addressOf, routeOf, sourceSlug } from './routes.ts';

/** What is known of the repository's files. */
export interface Files {
  isFile(path: string): boolean;
  isFolder(path: string): boolean;
}

export interface Rewritten {
  readonly text: string;
  /** Pictures that the text shows, by their paths in the repository. */
  readonly pictures: readonly string[];
  /** Files and folders that it links to and that are no chapters. */
  readonly sources: readonly string[];
  /** Links that lead nowhere, as they were written. */
  readonly dead: readonly string[];
}

const fence = /^(?: {0,3})(```+|~~~+)[^\n]*\n[\s\S]*?^ {0,3}\1[^\n]*$/gm;
/** Code in a line, which stays as it is, or a link. */
const link = /(`+)[^`]+\1(?!`)|(!?\[(?:[^[\]]|\[[^\]]*\])*\]\()([^)\s]+)(\))/g;

/**
 * Leads the links of a Markdown file to the pages of the site: to a chapter, to a page that shows a file
 * of the source, or to a picture. Code blocks stay as they are.
 *
 * @param path of the file in the repository
 */
export function rewriteLinks(text: string, path: string, files: Files): Rewritten {
  const pictures = new Set<string>();
  const sources = new Set<string>();
  const dead: string[] = [];
  const lead = (target: string): string => {
    if (/^(?:[a-z]+:|#)/.test(target)) return target;
    const [to = '', hash] = target.split('#');
    const found = find(posix.normalize(posix.join(posix.dirname(path), to)), files);
    const end = hash === undefined ? '' : `#${hash}`;
    if (found === undefined) {
      dead.push(target);
      return target;
    }
    if (/\.(?:svg|png)$/.test(found)) {
      pictures.add(found);
      return `/${found}`;
    }
    const route = routeOf(found);
    if (route !== undefined) return `${addressOf(route.slug)}${end}`;
    sources.add(found);
    return addressOf(sourceSlug(found));
  };
  const prose = (part: string): string =>
    part.replace(
      link,
      (all, _ticks: string | undefined, open?: string, to?: string, close?: string) =>
        open === undefined || to === undefined ? all : `${open}${lead(to)}${close ?? ''}`,
    );

  let written = '';
  let end = 0;
  for (const block of text.matchAll(fence)) {
    written += prose(text.slice(end, block.index)) + block[0];
    end = block.index + block[0].length;
  }
  written += prose(text.slice(end));
  return { text: written, pictures: [...pictures], sources: [...sources], dead };
}

/** A folder is meant as its README, or as the index of its code, or else as what lies in it. */
function find(path: string, files: Files): string | undefined {
  const clean = path.replace(/\/$/, '');
  if (files.isFile(clean)) return clean;
  if (!files.isFolder(clean)) return undefined;
  return ['README.md', 'index.ts', 'main.ts', 'src/index.ts']
    .map((name) => `${clean}/${name}`)
    .reduceRight((found, one) => (files.isFile(one) ? one : found), clean);
}
