/**
 * The part of a bank that `BANK_SAMPLE` asks for: with `1/3` the first, the fourth, and so on. All of it
 * without.
 *
 * @throws RangeError naming the variable and its value when it is no such part
 */
export function bankSample<T>(bank: readonly T[]): readonly T[] {
  const wanted = process.env['BANK_SAMPLE'];
  if (wanted === undefined || wanted === '') return bank;
  const [, part = '', of = ''] = /^(\d+)\/(\d+)$/.exec(wanted) ?? [];
  if (part === '' || Number(part) < 1 || Number(part) > Number(of)) {
    throw new RangeError(
      `Invalid BANK_SAMPLE "${wanted}": use a part such as 1/3, or leave it out.`,
    );
  }
  return bank.filter((_, index) => index % Number(of) === Number(part) - 1);
}
