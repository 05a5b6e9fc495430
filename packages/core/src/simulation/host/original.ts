/** Calls a function that was replaced, on an object of the caller's choice. */
export type Original = (self: unknown, ...args: readonly unknown[]) => unknown;

/** A method as it is now, before it is replaced. */
export function originalMethod(target: object, key: string): Original {
  return callable(Reflect.get(target, key));
}

/** The getter of a property as it is now. */
export function originalGetter(target: object, key: string): Original {
  return callable(Reflect.get(Object.getOwnPropertyDescriptor(target, key) ?? {}, 'get'));
}

function callable(method: unknown): Original {
  return (self, ...args) =>
    typeof method === 'function' ? (Reflect.apply(method, self, args) as unknown) : undefined;
}
