import { transform } from 'sucrase';
import { parseTypeScript } from '../../../workshop/src/page/client/editor/editor.ts';

/** What is wrong with a text, and in which of its lines, counted from 1. */
export interface SyntaxFault {
  readonly line: number;
  readonly message: string;
}

export type Stripped =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'faults'; readonly faults: readonly SyntaxFault[] };

/** What is more than a type: without its types it would do nothing, or something else. */
const moreThanTypes: ReadonlyMap<string, string> = new Map([
  ['EnumDeclaration', 'an enum is more than a type. Use a union of texts.'],
  ['NamespaceDeclaration', 'a namespace is more than a type. Use the module itself.'],
  ['Decorator', 'decorators are not run here. Call the function yourself.'],
]);

const parameterProperty =
  'a parameter with "private", "public", "protected" or "readonly" is more than a type. Declare the field and set it.';

/**
 * Takes the types off a TypeScript module and makes its imports calls of `require`. Nothing is checked.
 * Lines keep their numbers.
 */
export function stripTypes(text: string): Stripped {
  const refused = moreThanTypesIn(text);
  if (refused.length > 0) return { kind: 'faults', faults: refused };
  try {
    const { code } = transform(text, {
      transforms: ['typescript', 'imports'],
      disableESTransforms: true,
    });
    return { kind: 'code', code };
  } catch (error) {
    return { kind: 'faults', faults: [syntaxFault(error)] };
  }
}

/** The stripper would leave these out without a word, as Node refuses them. */
function moreThanTypesIn(text: string): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  const lineAt = (position: number): number => text.slice(0, position).split('\n').length;
  parseTypeScript(text).iterate({
    enter({ name, from, node }) {
      const message =
        moreThanTypes.get(name) ??
        (/^(?:Privacy|readonly)$/.test(name) && node.parent?.name === 'ParamList'
          ? parameterProperty
          : undefined);
      if (message === undefined || node.parent?.name === 'AmbientDeclaration') return;
      const line = lineAt(from);
      if (!faults.some((known) => known.line === line && known.message === message))
        faults.push({ line, message });
    },
  });
  return faults;
}

/** `Error parsing: Unexpected token (3:14)`. */
function syntaxFault(error: unknown): SyntaxFault {
  const text = error instanceof Error ? error.message : String(error);
  const [, message = text, line = '1'] =
    /^(?:Error transforming [^:]*: )?(.*?) \((\d+):\d+\)/.exec(text) ?? [];
  return { line: Number(line), message };
}
