import { createRequire } from 'node:module'

const { version } = createRequire(import.meta.url)('../package.json') as { version: string }

/** How the gateway names itself to servers of keys and tokens. */
export const userAgent = `Floodgate Version ${version}`
