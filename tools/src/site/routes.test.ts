import { expect, test } from 'vitest';
import { routeOf } from './routes.ts';

test('a README anywhere is a chapter, what a tool keeps for itself is none', () => {
  expect(routeOf('README.md')?.slug).toBe('');
  expect(routeOf('examples/shop/README.md')?.slug).toBe('incidents/shop');
  expect(routeOf('packages/hooks/README.md')?.slug).toBe('more/packages/hooks');
  expect(routeOf('.changeset/some-change.md')).toBeUndefined();
  expect(routeOf('.changeset/README.md')).toBeUndefined();
});
