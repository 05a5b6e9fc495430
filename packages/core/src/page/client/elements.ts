/** The element of the page with this id. @throws Error when it is missing or of another kind */
export function byId<T extends Element>(id: string, kind: abstract new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${kind.name} with the id "${id}".`);
}

/** A new element with text and attributes. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = '',
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** Puts options into a list, as values and what is shown of them, and keeps the choice where it is still there. */
export function setOptions(
  list: HTMLSelectElement,
  options: readonly (readonly [value: string, label: string])[],
): void {
  const { value: chosen } = list;
  list.replaceChildren(...options.map(([value, label]) => element('option', label, { value })));
  if (options.some(([value]) => value === chosen)) list.value = chosen;
}
