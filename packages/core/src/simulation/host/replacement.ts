/** The properties of an object that virtual ones replace while a simulation runs. */
export type Replacement = readonly [
  target: object,
  replacements: Readonly<Record<string, unknown>>,
];

/** Replaces the getter of a property, and gives back the function that puts back what was there. */
export function replaceGetter(
  target: object,
  key: string,
  get: (this: object) => unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  if (before === undefined) return () => undefined;
  Object.defineProperty(target, key, { ...before, get });
  return () => Object.defineProperty(target, key, before);
}

/** Replaces a property, and gives back the function that puts back what was there. */
export function replaceProperty(target: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: before?.enumerable ?? false,
  });
  return () => {
    if (before !== undefined) Object.defineProperty(target, key, before);
    else if (!Reflect.deleteProperty(target, key)) throw new TypeError(`Cannot delete ${key}`);
  };
}
