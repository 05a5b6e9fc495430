import type { PGlite } from '@electric-sql/pglite';
import { protocol } from './library.ts';

const { messages, serialize } = protocol;
type Row = Record<string, unknown>;

interface Prepared {
  readonly name: string;
  readonly paramTypes: readonly number[];
  readonly columns: readonly { readonly name: string; readonly type: number }[];
}

/**
 * Statements that are parsed and planned once. `PGlite.query` does both at every call, in six calls of
 * the database: of an append that is two thirds of the time. Here a repeated statement is one call.
 */
export class PreparedStatements {
  readonly #database: PGlite;
  readonly #prepared = new Map<string, Prepared>();
  #lastNumber = 0;

  constructor(database: PGlite) {
    this.#database = database;
  }

  /** Runs a statement, and prepares it first when it is new. */
  run(text: string, params: readonly unknown[]): Promise<Row[]> {
    return this.#database.runExclusive(async () => {
      const prepared = this.#prepared.get(text) ?? (await this.#prepare(text));
      try {
        return await this.#execute(prepared, params);
      } catch (error) {
        // Somebody deallocated it. Nothing was run yet, so that it may be prepared anew and repeated,
        // unless the error has aborted a transaction around it.
        if (!isUnknownStatement(error)) throw error;
        this.#prepared.delete(text);
        if (this.#database.isInTransaction()) throw error;
        return this.#execute(await this.#prepare(text), params);
      }
    });
  }

  async #prepare(text: string): Promise<Prepared> {
    this.#lastNumber += 1;
    const name = `firedrill_${this.#lastNumber}`;
    let paramTypes: readonly number[] = [];
    let columns: Prepared['columns'] = [];
    const answer = await this.#send([
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
    ]);
    for (const message of answer) {
      if (message instanceof messages.ParameterDescriptionMessage) {
        paramTypes = message.dataTypeIDs;
      } else if (message instanceof messages.RowDescriptionMessage) {
        columns = message.fields.map((field) => ({ name: field.name, type: field.dataTypeID }));
      }
    }
    const prepared = { name, paramTypes, columns };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  async #execute(
    { name, paramTypes, columns }: Prepared,
    params: readonly unknown[],
  ): Promise<Row[]> {
    const values = params.map((param, index) => this.#serialized(param, paramTypes[index]));
    const answer = await this.#send([
      serialize.bind({ statement: name, values }),
      serialize.execute({}),
    ]);
    const rows: Row[] = [];
    for (const message of answer) {
      if (!(message instanceof messages.DataRowMessage)) continue;
      const row: Row = {};
      for (const [index, { name: column, type }] of columns.entries()) {
        row[column] = this.#parsed(message.fields[index] ?? null, type);
      }
      rows.push(row);
    }
    return rows;
  }

  /** One call of the database; what follows an error is left out up to the sync at the end. */
  async #send(parts: readonly Uint8Array[]) {
    const message = Buffer.concat([...parts, serialize.sync()]);
    return (await this.#database.execProtocol(message)).messages;
  }

  #serialized(param: unknown, type: number | undefined): string | null {
    if (param === null || param === undefined) return null;
    const serializer = type === undefined ? undefined : this.#database.serializers[type];
    if (serializer !== undefined) return serializer(param);
    if (typeof param === 'string') return param;
    throw new TypeError(`a parameter of the type ${type} must be a text.`);
  }

  #parsed(value: string | null, type: number): unknown {
    const parser = this.#database.parsers[type];
    return value === null || parser === undefined ? value : parser(value, type);
  }
}

function isUnknownStatement(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '26000';
}
