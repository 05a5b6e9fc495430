import { TraceError } from '../errors.ts';
import { isObject, shorten } from './trace-record.ts';

/** A value of JSON and the line on which it begins. */
export interface JsonValue {
  readonly line: number;
  readonly value: unknown;
}

/** The longest single value: an export of spans as one object. */
const longestValue = 1 << 28;
const remedy = 'Write one object a line, such as {"atMs":0,"durationMs":12.5}.';

/**
 * Values of JSON one after the other: an object a line (JSON Lines, NDJSON), objects over several
 * lines, or the elements of one array. Only the value that is under way is in memory.
 */
export class JsonReader {
  readonly #file: string;
  /** Undefined until the first value has shown whether values end with their lines. */
  #isByLine: boolean | undefined;
  #text: string[] = [];
  #length = 0;
  #startLine = 0;
  #depth = 0;
  #isInString = false;
  #isInArray = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** The values that end in this line. */
  *read(text: string, line: number): Generator<JsonValue> {
    if (this.#isByLine === undefined && text.trim() !== '') {
      this.#isByLine = text.trim().startsWith('{') && parse(text) !== undefined;
    }
    if (this.#isByLine === true) {
      if (text.trim() !== '') yield { line, value: this.#parsed(text, line) };
      return;
    }
    yield* this.#scan(text, line);
  }

  end(): void {
    if (this.#depth > 0) {
      throw new TraceError({
        file: this.#file,
        line: this.#startLine,
        found: 'it is broken JSON: what begins here has no end',
        remedy: 'Take the whole file, or ' + remedy.charAt(0).toLowerCase() + remedy.slice(1),
      });
    }
  }

  /** Cuts out what lies between brackets that match, at the top or inside one array. */
  *#scan(text: string, line: number): Generator<JsonValue> {
    let from = this.#depth > 0 ? 0 : -1;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#isInString) {
        if (code === 92) at += 1;
        else if (code === 34) this.#isInString = false;
        continue;
      }
      if (code === 34 && this.#depth > 0) {
        this.#isInString = true;
      } else if (code === 123 || (code === 91 && (this.#depth > 0 || this.#isInArray))) {
        if (this.#depth === 0) {
          from = at;
          this.#startLine = line;
        }
        this.#depth += 1;
      } else if (code === 91) {
        this.#isInArray = true;
      } else if ((code === 125 || code === 93) && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#keep(text.slice(from, at + 1));
        from = -1;
        yield { line: this.#startLine, value: this.#parsed(this.#take(), this.#startLine) };
      } else if (this.#depth === 0 && !/[\s,\]]/.test(text.charAt(at))) {
        throw this.#broken(text.slice(at), line);
      }
    }
    if (this.#depth > 0) this.#keep(`${text.slice(from)}\n`);
  }

  #keep(text: string): void {
    this.#text.push(text);
    this.#length += text.length;
    if (this.#length > longestValue) {
      throw new TraceError({
        file: this.#file,
        line: this.#startLine,
        found: 'one value takes more than 256 MB',
        remedy,
      });
    }
  }

  #take(): string {
    const text = this.#text.join('');
    this.#text = [];
    this.#length = 0;
    return text;
  }

  #parsed(text: string, line: number): unknown {
    const value = parse(text);
    if (isObject(value)) return value;
    if (value === undefined) throw this.#broken(text, line);
    throw new TraceError({
      file: this.#file,
      line,
      found: `got ${shorten(value)}, which is no JSON object`,
      remedy,
    });
  }

  #broken(text: string, line: number): TraceError {
    return new TraceError({
      file: this.#file,
      line,
      found: `got ${shorten(text.trim())}, which is ${this.#isInArray ? 'no JSON object' : 'broken JSON'}`,
      remedy,
    });
  }
}

/** Undefined for what is no JSON, as JSON has no undefined. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The objects that stand for arrivals in this one: itself, or what an export wraps around them. */
export function unwrapped(value: unknown): readonly unknown[] {
  if (!isObject(value)) return [value];
  const resources = value['resourceSpans'] ?? value['resource_spans'] ?? value['batches'];
  if (Array.isArray(resources)) {
    return inside(inside(resources, ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans']), [
      'spans',
    ]);
  }
  // A browser's archive: a log with entries.
  const log = value['log'];
  if (isObject(log) && Array.isArray(log['entries'])) return log['entries'];
  const [list, another] = Object.values(value).filter(isListOfObjects);
  if (list === undefined || another !== undefined || hasFigures(value)) return [value];
  // Jaeger: traces with spans; elsewhere what the answer of a server wraps around its rows.
  return list.flatMap((each) => {
    const spans = each['spans'];
    return isListOfObjects(spans) ? spans : [each];
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function isListOfObjects(value: unknown): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

/** A figure of its own is that of an arrival, and not of a wrapper; that may count what is in it. */
function hasFigures(value: JsonObject): boolean {
  return Object.entries(value).some(
    ([name, each]) =>
      (typeof each === 'string' && /^\d/.test(each)) ||
      (typeof each === 'number' && !/^(?:total|limit|offset|count|took)$/i.test(name)),
  );
}

function inside(values: readonly unknown[], names: readonly string[]): unknown[] {
  return values.flatMap((value) => {
    if (!isObject(value)) return [];
    const found: unknown = names.map((name) => value[name]).find((each) => each !== undefined);
    return Array.isArray(found) ? found : [];
  });
}
