import { join } from 'node:path';
import { createTransformerFactory, type TwoslashRenderer } from '@shikijs/twoslash/core';
import { createTwoslasher } from 'twoslash';
import ts from 'typescript';

/** What a compiler says of a name may be a page long; who wants all of it reads the API reference. */
const longest = 500;

const core = join(process.cwd(), 'packages/core');

/**
 * Names in code blocks that are marked `twoslash` show their types when the mouse rests on them. A title is
 * valid in code, where the popups of other renderers are not.
 */
const renderer: TwoslashRenderer = {
  nodeStaticInfo: ({ text }, node) => ({
    type: 'element',
    tagName: 'span',
    properties: { class: 'typed', title: shortened(text) },
    children: [node],
  }),
};

/** Without where it was imported from, which stands in the block, and on as few lines as it takes. */
function shortened(text: string): string {
  const type = text
    .replace(/^\(alias\) /, '')
    .replace(/\nimport [^\n]*$/, '')
    .replaceAll(/\s+/g, ' ');
  return type.length <= longest ? type : `${type.slice(0, longest)} …`;
}

const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2024,
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  types: [],
  paths: { '@firedrill/hooks': [join(core, 'src/hooks/index.ts')] },
};

/** Beside core's sources, so that a block imports as one of the repository would. */
export const typesOnHover = createTransformerFactory(
  createTwoslasher({ vfsRoot: core }),
  renderer,
)({
  explicitTrigger: true,
  // Whether blocks compile is checked with the documentation.
  twoslashOptions: { compilerOptions, handbookOptions: { noErrors: true } },
});
