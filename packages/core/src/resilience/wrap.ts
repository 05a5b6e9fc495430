import { type AlternativeKey, neverAborted, type Policy, type PolicyContext } from './policy.ts';

/** The context that a policy hands on. */
type ContextOf<Each> = Each extends Policy<infer Context, unknown> ? Context : never;

/** What a policy may resolve to instead of the function's result, ours or cockatiel's. */
type AlternativeOf<Each> = Each extends { readonly _altReturn: infer Theirs }
  ? Theirs
  : Each extends { readonly [key in AlternativeKey]?: infer Ours }
    ? Given<Ours>
    : never;

/** What an optional property was declared as; nothing when it was not. */
type Given<Type> = unknown extends Type ? never : Type;

/** All of a union at once: the contexts of all policies reach the function together. */
type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** Several policies as one. */
export type Wrapped<Policies extends readonly AnyPolicy[]> = Policy<
  Together<ContextOf<Policies[number]>> & PolicyContext,
  AlternativeOf<Policies[number]>
>;

/** Any policy of this room, and those of cockatiel. */
// oxlint-disable-next-line typescript/no-explicit-any -- the context stands where it is given and taken
type AnyPolicy = Policy<any, unknown>;

/**
 * Puts policies around each other, the outermost first, so that the order of protection can be read
 * in one line:
 *
 *     wrap(fallback, retry, breakers.policy('bank'), bulkhead, timeout)
 *
 * A call passes them from left to right, its outcome from right to left. Each hands its signal to the
 * next; the function gets the innermost one, and what any of them adds, such as the attempt.
 */
export function wrap<const Policies extends readonly AnyPolicy[]>(
  ...policies: Policies
): Wrapped<Policies> {
  const run = (
    place: number,
    context: PolicyContext,
    fn: (context: PolicyContext) => unknown,
  ): Promise<unknown> => {
    const policy = policies[place];
    if (policy === undefined) return Promise.resolve(fn(context));
    return policy.execute(
      (added: PolicyContext) => run(place + 1, { ...context, ...added }, fn),
      context.signal,
    );
  };
  const wrapped: Policy<PolicyContext, unknown> = {
    execute: async (fn, signal = neverAborted) => run(0, { signal }, fn),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types above say what `run` does
  return wrapped as Wrapped<Policies>;
}
