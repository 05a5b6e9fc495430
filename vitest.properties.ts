import { configureGlobal } from 'fast-check';

/** Which cases the properties of all tests are tried with. Others: `PROPERTY_SEED=4711 pnpm test`. */
const given = process.env['PROPERTY_SEED'] ?? '1';
const seed = Number(given);

if (given.trim() === '' || seed !== Math.trunc(seed) || Math.abs(seed) >= 2 ** 31) {
  throw new RangeError(
    `Failed to read PROPERTY_SEED=${given}: use a whole number of 32 bits, such as 4711.`,
  );
}

configureGlobal({ seed });
