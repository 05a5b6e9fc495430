import { expect, test } from 'vitest';
import { linesInDiff } from './changed.ts';
import { changedRules, spread } from './changed-rules.ts';

const file = 'examples/shop/src/rules.ts';
const text = `import { plural } from 'words';

export const rules = defineRules({
  'sold-once': invariant(
    'nothing is sold twice',
    ({ truth }) => truth.twice,
  ),
  'in-time': objective(
    'who asks is answered soon',
    ({ measured }) => measured.p99,
  ),
});

const soon = 3;
`;
const names = ['sold-once', 'in-time', 'elsewhere'];
const changedAt = (...lines: readonly number[]): readonly string[] =>
  changedRules(new Map([[file, lines]]), [{ file, text }], names);

test('a rule has changed by any line of its declaration', () => {
  expect(changedAt(4)).toEqual(['sold-once']);
  expect(changedAt(10)).toEqual(['in-time']);
  expect(changedAt(6, 9)).toEqual(['sold-once', 'in-time']);
});

test('a change beside the declarations counts for all rules of the file, and for none of another', () => {
  expect(changedAt(1)).toEqual(['sold-once', 'in-time']);
  expect(changedAt(14)).toEqual(['sold-once', 'in-time']);
});

test('a file that is as it was changes no rule', () => {
  expect(changedAt()).toEqual([]);
  expect(changedRules(new Map(), [{ file, text }], names)).toEqual([]);
});

test('the lines of a diff are those that stand there now, and the one before what was removed', () => {
  const diff = `diff --git a/${file} b/${file}
--- a/${file}
+++ b/${file}
@@ -4 +4 @@ export
-  old
+  new
@@ -8,0 +9,2 @@
+  more
+  lines
@@ -20,3 +21,0 @@
-  gone
diff --git a/gone.ts b/gone.ts
--- a/gone.ts
+++ /dev/null
@@ -1 +0,0 @@
-  all of it
`;
  expect([...linesInDiff(diff)]).toEqual([[file, [4, 9, 10, 21]]]);
});

test('of many a few are taken, from all over', () => {
  expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
});
