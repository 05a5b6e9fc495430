/**
 * Whether two values of plain data are the same, whatever the order of their fields. What JSON leaves
 * out, a field that is undefined, counts as missing.
 */
export function isSameData(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return false;
  }
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  const fields = definedFields(one);
  return (
    fields.length === definedFields(other).length &&
    fields.every(([name, value]) => isSameData(value, fieldOf(other, name)))
  );
}

/** A copy of plain data. Throws a TypeError that names `what` when the value is something else. */
export function copyOfData<T>(what: string, value: T): T {
  const copy = parse(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same data is of the same type
  if (isSameData(value, copy)) return copy as T;
  throw new TypeError(
    `${what} must be plain data, which comes back from JSON as it was. ` +
      'Leave out what is not, such as dates, maps and functions, or write it as text.',
  );
}

function parse(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return undefined;
  }
}

function definedFields(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, field]) => field !== undefined);
}

function fieldOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
