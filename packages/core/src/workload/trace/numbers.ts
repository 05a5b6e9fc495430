/** How a file writes fractions, as far as its numbers have told: 1.5 or 1,5. */
export type DecimalMark = '.' | ',';

/** `Number('')` is 0, and 0x10, 1_000 or Infinity are hardly ever meant. */
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const decimalComma = /^[+-]?\d+,\d+$/;

/** The number that this text is, with this decimal mark; undefined when it is none. */
export function readNumber(text: string, mark: DecimalMark = '.'): number | undefined {
  if (mark === '.') return decimal.test(text) ? finite(Number(text)) : undefined;
  if (decimalComma.test(text)) return finite(Number(text.replace(',', '.')));
  return /^[+-]?\d+$/.test(text) ? finite(Number(text)) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/**
 * What a number says about the decimal mark of its file.
 *
 * - `grouped`: its digits stand in groups, as in 1,234,567 or 1.234,5
 * - `unclear`: 1,234 may be either 1234 or 1.234
 */
export type MarkEvidence = DecimalMark | 'grouped' | 'unclear' | undefined;

export function decimalEvidence(text: string): MarkEvidence {
  if (/^[+-]?\d{1,3}(?:,\d{3})+(?:,\d{3}|\.\d+)$/.test(text)) return 'grouped';
  if (/^[+-]?\d{1,3}(?:\.\d{3})+(?:\.\d{3}|,\d+)$/.test(text)) return 'grouped';
  // A number that starts with 0, has four digits before the comma, or not three behind it, has no groups.
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)) return 'unclear';
  if (decimalComma.test(text)) return ',';
  return text.includes('.') && decimal.test(text) ? '.' : undefined;
}
