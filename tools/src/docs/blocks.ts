/**
 * Generated blocks of a Markdown file:
 *
 *     <!-- generated: comparison payment-processing story -->
 *     …
 *     <!-- /generated -->
 *
 * What stands between the two lines is replaced by what the recipe gives.
 */
const block = /^<!-- generated: (?<recipe>[^\n]+?) -->\n[\s\S]*?^<!-- \/generated -->$/gm;

/** The recipes that a text asks for, in order. */
export function recipesOf(text: string): readonly string[] {
  return [...text.matchAll(block)].map((match) => match.groups?.['recipe'] ?? '');
}

/** Replaces each block by what `contentOf` gives for its recipe. */
export function fillBlocks(text: string, contentOf: (recipe: string) => string): string {
  return text.replace(
    block,
    (_all, recipe: string) =>
      `<!-- generated: ${recipe} -->\n\n${contentOf(recipe).trim()}\n\n<!-- /generated -->`,
  );
}

/** Blocks that are not what their recipe gives: their line, the recipe, and the first line that differs. */
export function staleBlocksOf(
  text: string,
  contentOf: (recipe: string) => string,
): readonly string[] {
  return [...text.matchAll(block)].flatMap((match) => {
    const recipe = match.groups?.['recipe'] ?? '';
    const is = match[0].split('\n');
    const asRun = fillBlocks(match[0], contentOf).split('\n');
    const first = asRun.findIndex((line, index) => line !== is[index]);
    if (first < 0 && is.length === asRun.length) return [];
    const row = first < 0 ? asRun.length : first;
    const line = text.slice(0, match.index).split('\n').length + row;
    return [
      `${line}: ${recipe}: it says "${is[row] ?? ''}", and the run says "${asRun[row] ?? ''}"`,
    ];
  });
}
