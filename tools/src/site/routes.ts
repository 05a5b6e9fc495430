/** A group of chapters in the bar beside them, in the order of the bar. */
export const groups = [
  'Start',
  'Incidents',
  'Guides',
  'The rooms of core',
  'Recipes',
  'Reference',
  'Behind it',
] as const;
export type Group = (typeof groups)[number];

export interface Route {
  /** Where a chapter stands: `incidents/payment-processing`; empty for the first page. */
  readonly slug: string;
  readonly group: Group;
}

/** Where a Markdown file of the repository stands, the first that fits. */
const places: readonly (readonly [RegExp, string, Group])[] = [
  [/^README\.md$/, '', 'Start'],
  [/^CONTRIBUTING\.md$/, 'contributing', 'Behind it'],
  [/^examples\/([^/]+)\/README\.md$/, 'incidents/$1', 'Incidents'],
  [/^packages\/core\/src\/(.+)\/README\.md$/, 'core/$1', 'The rooms of core'],
  [/^recipes\/([^/]+)\/README\.md$/, 'recipes/$1', 'Recipes'],
  [/^docs\/record\/README\.md$/, 'reference/record', 'Reference'],
  [/^docs\/glossary\.md$/, 'reference/glossary', 'Reference'],
  [/^docs\/decisions\/README\.md$/, 'decisions', 'Behind it'],
  [/^docs\/decisions\/(.+)\.md$/, 'decisions/$1', 'Behind it'],
  [/^docs\/(benchmarks|planted-bugs)\.md$/, '$1', 'Behind it'],
  [/^docs\/([^/]+)\.md$/, 'guides/$1', 'Guides'],
  [/^([^.].*)\/README\.md$/, 'more/$1', 'Behind it'],
];

/** @returns undefined for a file that is no chapter */
export function routeOf(path: string): Route | undefined {
  for (const [pattern, slug, group] of places) {
    if (pattern.test(path)) return { slug: path.replace(pattern, slug).toLowerCase(), group };
  }
  return undefined;
}

/** The address of a page, from the root of the site. */
export function addressOf(slug: string): string {
  return slug === '' ? '/' : `/${slug}/`;
}

/** The page that shows a file of the source. */
export function sourceSlug(path: string): string {
  const parts = path.toLowerCase().split('/');
  return `source/${parts.map((part) => part.replaceAll(/[^a-z0-9]+/g, '-').replace(/^-/, '')).join('/')}`;
}
