// Loaded before tests of properties: every run tries the same examples, unless it is a long one or is told another seed.
// A run must not fail by chance for what was there before; `FLOODGATE_SEED` and `--long` look for more.
import fc from 'fast-check'

const { FLOODGATE_SEED: given, FLOODGATE_LONG: long } = process.env
if (given !== undefined || long !== '1') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given ?? 1) })
