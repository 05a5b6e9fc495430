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
