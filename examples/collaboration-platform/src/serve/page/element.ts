/** The element of the page that a selector means. Throws when the page has none of the kind. */
export function element<Kind extends Element>(
  selector: string,
  kind: new () => Kind,
  root: ParentNode = document,
): Kind {
  const found = root.querySelector(selector);
  if (found instanceof kind) return found;
  throw new TypeError(`Failed to find ${selector}: the page has none. Look into index.html.`);
}
