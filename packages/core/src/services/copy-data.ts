/**
 * A copy of plain data: objects and arrays in depth. What is no plain data (bytes, signals, dates)
 * goes over as it is. As on a wire, nobody can reach what the other side keeps.
 */
export function copyData<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy has the type of its original
  if (Array.isArray(value)) return value.map(copyData) as T;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  // A spread clones an object of a known shape at once; what it shares is copied then.
  const copy: Record<string, unknown> = { ...(value as object) };
  for (const name in copy) {
    const field = copy[name];
    if (typeof field === 'object' && field !== null) copy[name] = copyData(field);
  }
  for (const symbol of Object.getOwnPropertySymbols(copy)) Reflect.deleteProperty(copy, symbol);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy has the type of its original
  return copy as T;
}

/** Freezes plain data in depth; hands back the same object. */
export function frozenData<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  // What is no object is not looked at twice, and no list of values is made: this is called for every event.
  if (Array.isArray(value)) {
    for (const each of value as readonly unknown[]) {
      if (typeof each === 'object') frozenData(each);
    }
    return value;
  }
  for (const name in value) {
    const field = value[name];
    if (typeof field === 'object' && Object.hasOwn(value, name)) frozenData(field);
  }
  return value;
}
