// Preloaded (`--import`) by tests: makes Node 20 run TypeScript. Node 22.18 and later do that by themselves.
import module from 'node:module'

if (!process.features.typescript) module.register('./strip-types-hooks.mjs', import.meta.url)
