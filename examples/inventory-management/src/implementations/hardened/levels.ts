import type { StockLevel } from '../../domain.ts';

/** The newest known level of each product. */
export interface Levels {
  /** Notes a level that the database answered with; older ones than the known change nothing. */
  note(level: StockLevel): void;
  get(productId: string): StockLevel | undefined;
}

/** @param onChange Told of each level that is newer than what was known before. */
export function createLevels(onChange: (level: StockLevel) => void): Levels {
  const known = new Map<string, StockLevel>();
  return {
    note(level) {
      const version = known.get(level.productId)?.version ?? 0;
      if (level.version <= version) return;
      known.set(level.productId, level);
      onChange(level);
    },
    get: (productId) => known.get(productId),
  };
}
