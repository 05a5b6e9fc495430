import { choose, UsageError } from '@firedrill/core/command-line';

/** What a flag can be. */
export type FlagValue = number | string | undefined;

/** An option of a recipe. On the command line it is the kebab-case of its key, e.g. `--batch-size`. */
export interface Flag<Value extends FlagValue = FlagValue> {
  /** Environment variable that stands in when the flag is not given. */
  readonly variable: string;
  /** One line for the help. */
  readonly description: string;
  /** For the help, e.g. `<n>`. */
  readonly placeholder: string;
  readonly defaultValue: Value;
  /** @param given what to call it in an error, e.g. `--workers=x` or `WORKERS=x` */
  readonly read: (text: string, given: string) => Value;
}

export interface Flags {
  readonly [key: string]: Flag;
}

/** The values of flags, by their keys. */
export type FlagValues<Of extends Flags> = {
  readonly [Key in keyof Of]: Of[Key] extends Flag<infer Value> ? Value : never;
};

interface FlagTexts {
  readonly variable: string;
  readonly description: string;
}

/** A whole number between `least` and `most`, both included. */
export function countFlag<const Default extends number | undefined>({
  least,
  most,
  defaultValue,
  ...texts
}: FlagTexts & {
  readonly least: number;
  readonly most: number;
  readonly defaultValue: Default;
}): Flag<number | Default> {
  const remedy = `Use a whole number from ${least} to ${most}.`;
  return {
    ...texts,
    placeholder: '<n>',
    defaultValue,
    read(text, given) {
      if (!/^\d+$/.test(text))
        throw new UsageError({ given, cause: `"${text}" is no whole number`, remedy });
      const value = Number(text);
      if (value >= least && value <= most) return value;
      throw new UsageError({ given, cause: `${text} is out of range`, remedy });
    },
  };
}

/** One of several names. */
export function choiceFlag<const Name extends string>({
  names,
  ...texts
}: FlagTexts & { readonly names: readonly Name[] }): Flag<Name | undefined> {
  return {
    ...texts,
    placeholder: `<${names.join('|')}>`,
    defaultValue: undefined,
    read(text, given) {
      const found = names.find((name) => name === text);
      if (found !== undefined) return found;
      const remedy = choose(text, names);
      throw new UsageError({ given, cause: 'there is no such value', remedy });
    },
  };
}

/** Any text that `check` accepts. */
export function textFlag({
  placeholder,
  check,
  ...texts
}: FlagTexts & {
  readonly placeholder: string;
  /** What is wrong with it and what to write instead, or nothing. */
  readonly check?: (
    text: string,
  ) => { readonly cause: string; readonly remedy: string } | undefined;
}): Flag<string | undefined> {
  return {
    ...texts,
    placeholder,
    defaultValue: undefined,
    read(text, given) {
      const refusal = check?.(text);
      if (refusal !== undefined)
        throw new UsageError({ given, cause: refusal.cause, remedy: refusal.remedy });
      return text;
    },
  };
}
