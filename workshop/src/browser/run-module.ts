/** Modules that a learner's file may import, by their names. */
export type KnownModules = Readonly<Record<string, object>>;

/** What a compiler needs to see of a namespace to take it for a module. */
const asModule = (namespace: object): object => ({ __esModule: true, ...namespace });

/**
 * Runs a CommonJS module and hands out what it exports. Its lines keep their numbers in stacks, where it
 * has the name that is given.
 *
 * @param name such as `payment-processing/2-freeze.ts`
 * @throws whatever it throws; an Error for a module that there is not
 */
export function runModule(code: string, name: string, known: KnownModules): unknown {
  const require = (specifier: string): object => {
    const found = known[specifier];
    if (found !== undefined) return asModule(found);
    const names = Object.keys(known).map((each) => `"${each}"`);
    throw new Error(`there is no module "${specifier}" here. Import from ${names.join(', ')}.`);
  };
  const module = { exports: {} };
  // Indirect, so that the code sees the globals of the worker and nothing of this function.
  // oxlint-disable-next-line no-eval -- it is what an exercise is for: the reader's own code, in a worker
  const evaluate = globalThis.eval;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the text is a function of these three
  const run = evaluate(
    `(function (require, module, exports) {${code}\n})\n//# sourceURL=${name}`,
  ) as (need: typeof require, own: typeof module, exports: object) => void;
  run(require, module, module.exports);
  return module.exports;
}
