/** A function of which nothing else is known. */
export type Call = (...args: readonly unknown[]) => unknown;

export const isCall = (value: unknown): value is Call => typeof value === 'function';
