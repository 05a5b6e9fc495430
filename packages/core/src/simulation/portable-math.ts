/**
 * Logarithm and exponential from the four basic operations alone. IEEE 754 fixes those to the bit,
 * and ECMAScript leaves `Math.log` and `Math.exp` to each engine and platform: with these the same
 * seed draws the same numbers everywhere. Relative error below 1e-15.
 */

// ln 2 in two parts: the first has 32 significant bits, so that its product with an exponent is exact.
const ln2High = 0.69314718036912381649;
const ln2Low = 1.90821492927058770002e-10;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** Natural logarithm of a positive, normal, finite number. */
export function log(x: number): number {
  float[0] = x;
  const high = words[highWord] ?? 0;
  let exponent = (high >>> 20) - 1023;
  words[highWord] = (high & 0x000fffff) | 0x3ff00000;
  let mantissa = float[0];
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // ln m = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...) with |s| < 0.1716
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let sum = 0;
  for (let k = 21; k >= 3; k -= 2) sum = (sum + 1 / k) * z;
  return exponent * ln2High + (2 * s + (2 * s * sum + exponent * ln2Low));
}

/** e to the power of `x`; 0 and Infinity beyond the range of a double. */
export function exp(x: number): number {
  if (x > 709.78) return Infinity;
  if (x < -708) return 0;
  const exponent = Math.round(x / Math.LN2);
  const r = x - exponent * ln2High - exponent * ln2Low;
  let sum = 1;
  for (let k = 14; k >= 1; k -= 1) sum = 1 + (sum * r) / k;
  const half = exponent >> 1;
  return sum * powerOfTwo(half) * powerOfTwo(exponent - half);
}

function powerOfTwo(exponent: number): number {
  words[highWord] = (exponent + 1023) << 20;
  words[1 - highWord] = 0;
  return float[0] ?? 0;
}
