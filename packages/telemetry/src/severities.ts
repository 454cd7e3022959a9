import type { LevelName } from './logger/levels.ts'

/** Severities of syslog, which GELF uses too (RFC 5424, section 6.2.1). */
export const severities: Readonly<Record<LevelName, number>> = { CRITICAL: 2, ERROR: 3, WARNING: 4, INFO: 6, DEBUG: 7 }
