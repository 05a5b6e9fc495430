import { expect, test } from 'vitest';
import { rewriteLinks } from './links.ts';

const known = new Set([
  'README.md',
  'docs/assets/a.svg',
  'examples/shop/README.md',
  'examples/shop/src/rules.ts',
  'examples/shop/src/serve/app.ts',
]);
const files = {
  isFile: (path: string) => known.has(path),
  isFolder: (path: string) => [...known].some((name) => name.startsWith(`${path}/`)),
};
const rewrite = (text: string, path = 'examples/shop/README.md') => rewriteLinks(text, path, files);

test('a link to a chapter, to its folder and to a heading leads to the page of the chapter', () => {
  expect(rewrite('[a](../../README.md#the-map)').text).toBe('[a](/#the-map)');
  expect(rewrite('[a](examples/shop)', 'README.md').text).toBe('[a](/incidents/shop/)');
});

test('a link to a file or a folder of the source leads to a page that shows it', () => {
  const { text, sources } = rewrite('[`rules.ts`](src/rules.ts) and [all](src/serve)');
  expect(text).toBe(
    '[`rules.ts`](/source/examples/shop/src/rules-ts/) and [all](/source/examples/shop/src/serve/)',
  );
  expect(sources).toEqual(['examples/shop/src/rules.ts', 'examples/shop/src/serve']);
});

test('a picture keeps its path', () => {
  const { text, pictures } = rewrite('![a](docs/assets/a.svg)', 'README.md');
  expect(text).toBe('![a](/docs/assets/a.svg)');
  expect(pictures).toEqual(['docs/assets/a.svg']);
});

test('what leads nowhere is told, and links in code are no links', () => {
  expect(rewrite('`New[T](options)`, `a`').text).toBe('`New[T](options)`, `a`');
  expect(rewrite('`New[T](options)`').dead).toEqual([]);
  const { dead } = rewrite(
    '[a](gone.md)\n\n```md\n[b](gone-too.md)\n```\n\n[c](https://pglite.dev)',
  );
  expect(dead).toEqual(['gone.md']);
});
