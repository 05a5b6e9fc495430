import { describe, expect, test } from 'vitest';
import { match } from '../src/implementations/hardened/settlement.ts';
import { feeByContract, keptByContract } from '../src/truth/contracts.ts';

const day = 86_400_000;
const amountCents = 12_000;
const cents = amountCents - feeByContract(amountCents);

/** A charge of the first day, not paid out yet. */
const booked = (chargeId: string, changes: object = {}) => ({
  chargeId,
  amountCents,
  capturedAtMs: 1_000,
  isPaidOut: false,
  ...changes,
});

const line = (ref: string, changes: object = {}) => ({
  ref,
  grossCents: amountCents,
  feeCents: keptByContract(amountCents),
  ...changes,
});

/** The file of the first day. */
const file = (...lines: readonly ReturnType<typeof line>[]) => ({
  fileId: 'us-1',
  untilMs: day,
  lines,
});

const nothing = { fileId: 'us-1', payouts: [], breaks: [] };

describe('the file of a day', () => {
  test('that agrees with the books is paid out, less our fee, and nothing is noted', () => {
    expect(match(file(line('a'), line('b')), [booked('a'), booked('b')])).toEqual({
      ...nothing,
      payouts: [
        { chargeId: 'a', cents },
        { chargeId: 'b', cents },
      ],
    });
  });

  test('without lines, of a day without charges, is nothing', () => {
    expect(match(file(), [])).toEqual(nothing);
  });

  test('does not miss what comes into the file of the next day, and misses what is older by a millisecond', () => {
    expect(match(file(), [booked('a', { capturedAtMs: day })])).toEqual(nothing);
    expect(match(file(), [booked('a', { capturedAtMs: day - 1 })])).toEqual({
      ...nothing,
      breaks: [{ ref: 'a', kind: 'missing' }],
    });
  });

  test('does not miss what was paid out by an earlier one', () => {
    expect(match(file(), [booked('a', { isPaidOut: true })])).toEqual(nothing);
  });

  test('pays out a line that is there twice once, and notes that', () => {
    expect(match(file(line('a'), line('a')), [booked('a')])).toEqual({
      ...nothing,
      payouts: [{ chargeId: 'a', cents }],
      breaks: [{ ref: 'a', kind: 'twice' }],
    });
  });

  test('does not pay out again what an earlier one has paid out, and notes that', () => {
    expect(match(file(line('a')), [booked('a', { isPaidOut: true })])).toEqual({
      ...nothing,
      breaks: [{ ref: 'a', kind: 'twice' }],
    });
  });

  test.each([
    ['gross', { grossCents: amountCents - 1 }],
    ['gross, with the fee that belongs to it', { grossCents: 24_000, feeCents: 288 }],
    ['fee above the contract', { feeCents: keptByContract(amountCents) + 1 }],
    ['fee below the contract', { feeCents: keptByContract(amountCents) - 1 }],
  ])('with another %s pays the merchant by our own contract, and notes that', (_, changes) => {
    expect(match(file(line('a', changes)), [booked('a')])).toEqual({
      ...nothing,
      payouts: [{ chargeId: 'a', cents }],
      breaks: [{ ref: 'a', kind: 'wrong-fee' }],
    });
  });

  test('pays out nothing of what is not in the books, whatever it comes to', () => {
    expect(match(file(line('x'), line('a')), [booked('a')])).toEqual({
      ...nothing,
      payouts: [{ chargeId: 'a', cents }],
      breaks: [{ ref: 'x', kind: 'unknown' }],
    });
  });

  test('pays each merchant what is left of the own charge', () => {
    const amounts = [1, 30, 31, 500, 2_500, 4_500, 99_999];
    const { payouts, breaks } = match(
      file(
        ...amounts.map((grossCents) =>
          line(`${grossCents}`, { grossCents, feeCents: keptByContract(grossCents) }),
        ),
      ),
      amounts.map((each) => booked(`${each}`, { amountCents: each })),
    );
    expect(breaks).toEqual([]);
    expect(payouts.map((each) => each.cents)).toEqual(
      amounts.map((each) => each - feeByContract(each)),
    );
  });
});
