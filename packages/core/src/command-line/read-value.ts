/** Reads one value, or throws a UsageError that names option, value and remedy. */
export type ReadValue<Value = unknown> = (option: string, text: string) => Value;
