import type { FaultTarget } from '../../services/index.ts';
import { isService } from './connect.ts';
import type { Declaration } from './declarations.ts';

/** What faults can strike of a declaration, and how. */
export function targetOf(declaration: Declaration): readonly FaultTarget[] {
  if (isService(declaration)) {
    const { name, keys, operations } = declaration;
    return [{ name, kind: 'service', operations: Object.keys(operations), keys }];
  }
  if (declaration.kind === 'port') {
    const { name, store } = declaration;
    if (store === undefined) return [];
    return [{ name, kind: 'store', operations: store.operations, keys: undefined }];
  }
  if (declaration.kind !== 'channel') return [];
  const { name, keyOf, keys = 'keys', isChecked = false } = declaration;
  return [
    {
      name,
      kind: 'channel',
      operations: [],
      keys: keyOf === undefined ? undefined : keys,
      isChecked,
    },
  ];
}

/** What the keys of a service or channel are, in the plural. */
export function keysOf(declarations: readonly Declaration[], name: string): string | undefined {
  return declarations.flatMap(targetOf).find((target) => target.name === name)?.keys;
}
