import process from 'node:process'

/**
 * Whether tests run in their long form (`pnpm test --long`): more rounds, more bytes, more minutes. Without it a test
 * does the same with fewer.
 */
export const isLong: boolean = process.env.FLOODGATE_LONG === '1'
