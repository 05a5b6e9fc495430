import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ExerciseText } from '@firedrill/workshop/src/browser/exercise-texts.ts';
import { root } from '../workspace.ts';
import { type Files, rewriteLinks } from './links.ts';
import { addressOf, type Group, groups, routeOf, sourceSlug } from './routes.ts';

/** A page of the site, made of a file of the repository. */
export interface Page {
  readonly slug: string;
  readonly text: string;
}

export interface SidebarGroup {
  readonly label: Group;
  readonly items: readonly { readonly label: string; readonly link: string }[];
}

export interface Chapters {
  readonly pages: readonly Page[];
  readonly sidebar: readonly SidebarGroup[];
  /** Paths of pictures in the repository, which are served under the same path. */
  readonly pictures: readonly string[];
  /** `file: link` for each link that leads nowhere. */
  readonly dead: readonly string[];
}

/** The exercises of incidents, by the names of their examples. */
export type Exercises = ReadonlyMap<string, readonly ExerciseText[]>;

const exampleReadme = /^examples\/([^/]+)\/README\.md$/;

/**
 * The chapters, from the Markdown of the repository as it stands: a file has its title from its first
 * heading, and its links lead to the pages of the site. What a chapter links to of the source gets a page
 * of its own.
 */
export function readChapters(exercises: Exercises): Chapters {
  const paths = listFiles();
  const files = filesOf(paths);
  const pages: Page[] = [];
  const pictures = new Set<string>();
  const sources = new Set<string>();
  const dead: string[] = [];
  const items: { readonly group: Group; readonly label: string; readonly link: string }[] = [];
  for (const path of paths.filter((name) => name.endsWith('.md')).toSorted(byPlace)) {
    const route = routeOf(path);
    if (route === undefined) continue;
    const read = rewriteLinks(readFileSync(join(root, path), 'utf8'), path, files);
    const chapter = parseChapter(read.text, path);
    const [, example = ''] = exampleReadme.exec(path) ?? [];
    pages.push({
      slug: route.slug,
      text: chapterText(chapter, path, exercises.get(example) ?? []),
    });
    for (const picture of read.pictures) pictures.add(picture);
    for (const source of read.sources) sources.add(source);
    for (const target of read.dead) dead.push(`${path}: ${target}`);
    if (/^docs\/decisions\/\d/.test(path)) continue;
    items.push({ group: route.group, label: chapter.title, link: addressOf(route.slug) });
  }
  for (const path of sources) {
    if (files.isFile(path)) pages.push(sourcePage(path));
    else {
      const inside = paths.filter((name) => posix.dirname(name) === path);
      pages.push(folderPage(path, inside));
      for (const name of inside) sources.add(name);
    }
  }
  const sidebar = groups
    .map((label) => ({
      label,
      items: items.flatMap((item) =>
        item.group === label ? [{ label: item.label, link: item.link }] : [],
      ),
    }))
    .filter((group) => group.items.length > 0);
  return { pages, sidebar, pictures: [...pictures], dead };
}

export interface Chapter {
  readonly title: string;
  /** The first paragraph, without its marks. */
  readonly description: string;
  readonly body: string;
}

/** @throws Error when the text has no first heading */
export function parseChapter(text: string, path: string): Chapter {
  const [, before = '', title = '', after = ''] =
    /^([\s\S]*?)^# ([^\n]+)\n([\s\S]*)$/m.exec(text) ?? [];
  if (title === '') {
    throw new Error(`Failed to read ${path}: it has no title. Begin it with a line "# Title".`);
  }
  const body = withTypes(before + after)
    .replaceAll(/^<!-- given\n[\s\S]*?^-->\n+/gm, '')
    .replaceAll(/^<!-- \/?generated\b[^\n]*-->\n?/gm, '')
    .trim();
  const first = body.split(/\n{2,}/).find((part) => /^[A-Za-z]/.test(part)) ?? '';
  return { title: plain(title), description: plain(first).slice(0, 300), body };
}

/**
 * Marks the TypeScript blocks for what shows their types. What a block takes for granted is compiled with it,
 * and cut off. A sketch, which leaves something out, stays as it is.
 */
function withTypes(text: string): string {
  return text.replaceAll(
    /(?:^<!-- given\n([\s\S]*?)^-->\n+)?^```ts\n([\s\S]*?)^```$/gm,
    (all, given: string | undefined, code: string) => {
      if (/…(?!['`])/.test(code.replaceAll(/\/\/.*/g, ''))) return all;
      const before = given === undefined ? '' : `${given}// ---cut---\n`;
      return `\`\`\`ts twoslash\n${before}${code}\`\`\``;
    },
  );
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/[`*_]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function chapterText(
  { title, description, body }: Chapter,
  path: string,
  exercises: readonly ExerciseText[],
): string {
  const [, example] = exampleReadme.exec(path) ?? [];
  const text =
    example !== undefined
      ? withStorm(withExercises(body, example, exercises), example)
      : path === 'docs/capacity.md'
        ? withCalculator(body)
        : body;
  return `${frontmatter({ title, description })}\n${text}\n`;
}

/** The calculator stands after the first section, which shows how its answer reads. */
function withCalculator(body: string): string {
  const [, second] = [...body.matchAll(/^## /gm)];
  const at = second?.index ?? body.length;
  const calculator = [
    '## Your own load',
    '',
    '<firedrill-capacity>',
    '<p>With JavaScript, you plan here: the functions of the command run in your browser. Without it, <code>pnpm capacity</code> gives the same answers.</p>',
    '</firedrill-capacity>',
  ].join('\n');
  return `${body.slice(0, at)}${calculator}\n\n${body.slice(at)}`;
}

/** The exercises stand before a fix of one's own, for which the repository is needed. */
function withExercises(body: string, example: string, exercises: readonly ExerciseText[]): string {
  if (exercises.length === 0) return body;
  const found = body.search(/^## Try your own fix/m);
  const at = found === -1 ? body.length : found;
  const items = exercises.map(
    ({ name, title, task }) =>
      `<li data-exercise="${name}"><strong>${escapeHtml(title)}.</strong> ${escapeHtml(task)}</li>`,
  );
  const section = [
    '## Repair it here',
    '',
    'Each exercise is one flawed part of this system. Change it and let the storm loose on it: the rules above judge it, in a worker of this browser. Types are checked in the workshop only: `pnpm workshop` in the repository has the same exercises.',
    '',
    `<firedrill-exercises data-incident="${example}">`,
    `<ol>${items.join('')}</ol>`,
    '</firedrill-exercises>',
  ].join('\n');
  return `${body.slice(0, at)}${section}\n\n${body.slice(at)}`;
}

const escapeHtml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The storm stands before the first section, after what introduces the incident. */
function withStorm(body: string, example: string): string {
  const at = body.search(/^## /m);
  const storm = [
    `<firedrill-storm data-example="${example}">`,
    '<p>With JavaScript, this storm runs here, in your browser. Its text and figures stand below either way.</p>',
    '</firedrill-storm>',
  ].join('\n');
  return `${body.slice(0, at)}${storm}\n\n${body.slice(at)}`;
}

function sourcePage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const language = path.split('.').at(-1) ?? 'text';
  const ticks = '`'.repeat(
    Math.max(3, ...[...text.matchAll(/`+/g)].map(([all]) => all.length + 1)),
  );
  const head = frontmatter({
    title: path,
    description: `The source of ${path}.`,
    pagefind: false,
    tableOfContents: false,
  });
  return {
    slug: sourceSlug(path),
    text: `${head}\n${ticks}${language}\n${text.trimEnd()}\n${ticks}\n`,
  };
}

function folderPage(path: string, inside: readonly string[]): Page {
  const list = inside.map((name) => `- [${posix.basename(name)}](${addressOf(sourceSlug(name))})`);
  const head = frontmatter({ title: path, description: `What lies in ${path}.`, pagefind: false });
  return { slug: sourceSlug(path), text: `${head}\n${list.join('\n')}\n` };
}

export function frontmatter(fields: Readonly<Record<string, string | boolean>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return ['---', ...lines, 'editUrl: false', '---', ''].join('\n');
}

/** What belongs to the repository, with what is about to be added to it. */
function listFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return listed.trimEnd().split('\n');
}

function filesOf(paths: readonly string[]): Files {
  const all = new Set(paths);
  const folders = new Set(
    paths.flatMap((path) => {
      const parts = path.split('/');
      return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    }),
  );
  return { isFile: (path) => all.has(path), isFolder: (path) => folders.has(path) };
}

/** Payments first, as in the README of the repository; everything else by its path. */
function byPlace(a: string, b: string): number {
  return rank(a) - rank(b) || a.localeCompare(b, 'en');
}

function rank(path: string): number {
  return path.startsWith('examples/payment') ? 0 : 1;
}
