import type { PackedColumn } from '../pack.ts';

export function unpack(column: PackedColumn): (number | null)[];
