/** One step of the schema. Steps that were released never change; a correction is a new one. */
export interface Migration {
  /** 1, 2, 3, … */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}
