import ts from 'typescript-api';

/** A throw that no docstring tells of. */
export interface UntoldError {
  /** The statement. */
  readonly node: ts.ThrowStatement;
  /** The method in which it stands; none in a function, and in a constructor, which its class tells of. */
  readonly member: string | undefined;
  /** What is thrown, as it is written: `new RangeError(…)`. */
  readonly thrown: string;
}

/**
 * What a public function, or a class by its constructor and public methods, throws in its own body
 * without an `@throws`. What a caught error is handed on as is not counted, nor what functions within
 * throw: they are called by somebody else, or are told where they are.
 *
 * @param symbol of the declaration, not of an import
 */
export function untoldErrors(symbol: ts.Symbol, checker: ts.TypeChecker): readonly UntoldError[] {
  const tells = (own: ts.Symbol): boolean =>
    own.getJsDocTags(checker).some(({ name }) => name === 'throws');
  return (symbol.declarations ?? []).flatMap((declaration): readonly UntoldError[] => {
    if (ts.isClassDeclaration(declaration)) {
      return declaration.members.flatMap((member) => {
        if (!isPublic(member)) return [];
        if (ts.isConstructorDeclaration(member)) {
          return tells(symbol) || hasThrowsTag(member) ? [] : throwsOf(member, undefined);
        }
        const own = member.name && checker.getSymbolAtLocation(member.name);
        if (own === undefined || tells(own)) return [];
        return throwsOf(member, own.name);
      });
    }
    const body = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
    if (body === undefined || !ts.isFunctionLike(body) || tells(symbol)) return [];
    return throwsOf(body, undefined);
  });
}

/** A constructor has no name to ask the checker for. */
const hasThrowsTag = (node: ts.Node): boolean =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'throws');

function isPublic(member: ts.ClassElement): boolean {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return false;
  const modifiers = ts.canHaveModifiers(member) ? (ts.getModifiers(member) ?? []) : [];
  return !modifiers.some(
    ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword,
  );
}

function throwsOf(node: ts.Node, member: string | undefined): readonly UntoldError[] {
  const found: UntoldError[] = [];
  const visit = (child: ts.Node, isCaught: boolean): void => {
    if (ts.isFunctionLike(child) || ts.isClassLike(child)) return;
    if (ts.isTryStatement(child)) {
      visit(child.tryBlock, isCaught || child.catchClause !== undefined);
      if (child.catchClause !== undefined) visit(child.catchClause, isCaught);
      if (child.finallyBlock !== undefined) visit(child.finallyBlock, isCaught);
      return;
    }
    if (ts.isThrowStatement(child) && !isCaught && !handsOn(child)) {
      found.push({ node: child, member, thrown: textOf(child.expression) });
    }
    ts.forEachChild(child, (inner) => visit(inner, isCaught));
  };
  ts.forEachChild(node, (child) => visit(child, false));
  return found;
}

/** Whether it throws what the `catch` around it has caught, as it is. */
function handsOn({ expression, parent }: ts.ThrowStatement): boolean {
  if (!ts.isIdentifier(expression)) return false;
  for (let node: ts.Node = parent; !ts.isFunctionLike(node); node = node.parent) {
    if (ts.isCatchClause(node)) return node.variableDeclaration?.name.getText() === expression.text;
    if (ts.isSourceFile(node)) return false;
  }
  return false;
}

function textOf(expression: ts.Expression): string {
  const called =
    ts.isNewExpression(expression) || ts.isCallExpression(expression)
      ? expression.expression.getText()
      : expression.getText();
  return ts.isNewExpression(expression) ? `new ${called}` : called;
}
