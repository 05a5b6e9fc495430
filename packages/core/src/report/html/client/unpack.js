const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The reverse of `packColumn`: the figures of a column, `null` where one is missing. */
export function unpack({ factor, text }) {
  const values = [];
  let sum = 0;
  let rest = 0;
  let place = 1;
  for (const character of text) {
    if (character === '!') {
      values.push(null);
      continue;
    }
    const digit = digits.indexOf(character);
    rest += (digit % 32) * place;
    place *= 32;
    if (digit >= 32) continue;
    sum += rest % 2 === 1 ? -(rest - 1) / 2 : rest / 2;
    values.push(sum / factor);
    rest = 0;
    place = 1;
  }
  return values;
}
