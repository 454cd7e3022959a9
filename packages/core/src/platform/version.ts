import { createRequire } from 'node:module'

// By the name of this package: a path from here would be another one in the build, where files are bundled.
const manifest = createRequire(import.meta.url)('@floodgate/core/package.json') as { version: string }

/** The version of Floodgate; all packages have the same. */
export const { version } = manifest

/** User-Agent of requests that the gateway sends. */
export const userAgent = `Floodgate Version ${version}`
