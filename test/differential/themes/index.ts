import type { Theme } from '../theme.ts'
import { caches } from './caches.ts'
import { cel } from './cel.ts'
import { cors } from './cors.ts'
import { decoding } from './decoding.ts'
import { forwarding } from './forwarding.ts'
import { jwt } from './jwt.ts'
import { limits } from './limits.ts'
import { merging } from './merging.ts'
import { routing } from './routing.ts'
import { sequences } from './sequences.ts'
import { shaping } from './shaping.ts'

export const themes: readonly Theme[] = [routing, forwarding, decoding, shaping, merging, sequences, cel, jwt, cors, limits, caches]
