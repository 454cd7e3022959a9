import { createRequire } from 'node:module'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/** User-Agent of requests to key servers and token servers. */
export const userAgent = `Floodgate Version ${version}`
