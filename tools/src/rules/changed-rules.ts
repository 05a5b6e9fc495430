import type { ChangedLines } from './changed.ts';

export interface RulesText {
  /** Path from the root of a file that declares rules. */
  readonly file: string;
  readonly text: string;
}

/**
 * Rules whose declaration has changed. A change beside all declarations, in a function that they use or
 * in an import, counts as one of every rule of its file.
 *
 * @param names all rules of the example
 */
export function changedRules(
  changed: ChangedLines,
  files: readonly RulesText[],
  names: readonly string[],
): readonly string[] {
  const found = new Set(files.flatMap((each) => changedIn(each, changed.get(each.file), names)));
  return names.filter((name) => found.has(name));
}

function changedIn(
  { text }: RulesText,
  changed: readonly number[] = [],
  names: readonly string[],
): readonly string[] {
  const owners = ownersOf(text.split('\n'), names);
  const declared = [...new Set(owners)].filter((name) => name !== undefined);
  return changed.flatMap((line) => owners[line - 1] ?? declared);
}

/** Of each line the rule to whose declaration it belongs. */
function ownersOf(
  lines: readonly string[],
  names: readonly string[],
): readonly (string | undefined)[] {
  let owner: string | undefined;
  return lines.map((line) => {
    const name = /^ {2}'?([a-z][\w-]*)'?: /.exec(line)?.[1];
    if (name !== undefined && names.includes(name)) owner = name;
    // What stands at the left margin ends the object of the rules.
    else if (/^\S/.test(line)) owner = undefined;
    return owner;
  });
}

/** At most so many of them, spread evenly. */
export function spread<T>(all: readonly T[], atMost: number): readonly T[] {
  if (all.length <= atMost) return all;
  return Array.from(
    { length: atMost },
    (_, index) => all[Math.floor((index * all.length) / atMost)],
  ).filter((each) => each !== undefined);
}
