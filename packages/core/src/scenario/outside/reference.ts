import { frozenData } from '../../services/index.ts';

/** Data that everybody knows, such as a catalogue: handed over as it is, and frozen. */
export interface Reference<Value> {
  readonly kind: 'reference';
  readonly value: Value;
}

/** Declares reference data: plain data, or an object of pure functions. It is frozen in depth. */
export function defineReference<Value extends object>(value: Value): Reference<Value> {
  return Object.freeze({ kind: 'reference', value: frozenData(value) });
}
