import { configureGlobal } from 'fast-check';

/** Which cases the properties of all tests are tried with. Others: `PROPERTY_SEED=4711 pnpm test`. */
const seed = Number(process.env['PROPERTY_SEED'] ?? 1);

configureGlobal({ seed });
