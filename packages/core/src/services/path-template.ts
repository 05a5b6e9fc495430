/** Names of the `:parameters` in a path: `'/merchants/:id/payments/:key'` gives `'id' | 'key'`. */
export type PathParameterNames<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? PathParameterNames<Head> | PathParameterNames<Tail>
  : Path extends `:${infer Name}`
    ? Name
    : never;

/** The input of an operation without a schema: its path parameters, or nothing. */
export type PathInput<Path extends string> = string extends Path
  ? Readonly<Record<string, string>> | undefined
  : [PathParameterNames<Path>] extends [never]
    ? undefined
    : Readonly<Record<PathParameterNames<Path>, string>>;

/** Names of the `:parameters` of a path, in order. */
export function pathParameterNames(path: string): readonly string[] {
  return path
    .split('/')
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1));
}

/** The path with each `:parameter` replaced by its encoded value. */
export function fillPath(path: string, values: Readonly<Record<string, unknown>>): string {
  return path
    .split('/')
    .map((segment) =>
      segment.startsWith(':') ? encodeURIComponent(String(values[segment.slice(1)])) : segment,
    )
    .join('/');
}
