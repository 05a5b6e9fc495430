/** What belongs to the language and its host: everybody has it, and nothing of a run hangs on it. */
const builtIn: ReadonlySet<object> = reachFrom(
  [
    Object,
    Array,
    Function,
    Promise,
    Map,
    Set,
    WeakMap,
    WeakSet,
    Error,
    Date,
    RegExp,
    Symbol,
  ].flatMap((each) => [each, each.prototype as object]),
  new Set(),
);

/** Everything that can be walked to from some objects: properties, symbols, getters, prototypes. */
export function reachableFrom(...starts: readonly unknown[]): ReadonlySet<object> {
  return reachFrom(starts, builtIn);
}

function reachFrom(starts: readonly unknown[], except: ReadonlySet<object>): Set<object> {
  const seen = new Set<object>();
  const queue = [...starts];
  const add = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
    if (!seen.has(value) && !except.has(value)) queue.push(value);
  };
  while (queue.length > 0) {
    const next = queue.pop();
    if ((typeof next !== 'object' && typeof next !== 'function') || next === null) continue;
    if (seen.has(next) || except.has(next)) continue;
    seen.add(next);
    add(Object.getPrototypeOf(next));
    for (const key of Reflect.ownKeys(next)) {
      try {
        add(Reflect.get(next, key));
      } catch {
        // A getter that refuses, or a name that is not known: nothing comes of it.
      }
    }
    if (next instanceof Map) for (const pair of next) pair.forEach(add);
    if (next instanceof Set) for (const each of next) add(each);
  }
  return seen;
}
