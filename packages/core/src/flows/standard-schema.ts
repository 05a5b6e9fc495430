/**
 * What zod, valibot, arktype and others have in common (Standard Schema, version 1): the part of it
 * that is needed here. The specification asks to copy its types rather than to depend on them.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema takes. */
export type InputOf<Schema extends StandardSchema> = NonNullable<
  Schema['~standard']['types']
>['input'];

/** What a schema gives back. */
export type OutputOf<Schema extends StandardSchema> = NonNullable<
  Schema['~standard']['types']
>['output'];

/** What is wrong, as one line: `amount: expected number, received string`. */
export function issueText(issues: readonly StandardIssue[]): string {
  const [first] = issues;
  if (first === undefined) return 'it is not valid';
  const path = (first.path ?? [])
    .map((part) => String(typeof part === 'object' ? part.key : part))
    .join('.');
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${path === '' ? '' : `${path}: `}${first.message}${more}`;
}
