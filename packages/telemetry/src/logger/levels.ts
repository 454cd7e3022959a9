import type { LevelWithSilent } from 'pino'
import { about } from '../about-setting.ts'
import { FG_ERR_TELEMETRY_LEVEL } from '../errors.ts'

/** KrakenD's names of the levels, from the lowest. */
export type LevelName = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL'

const pinoLevels: Readonly<Record<LevelName | 'NOTICE', LevelWithSilent>> = {
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'info',
  WARNING: 'warn',
  ERROR: 'error',
  CRITICAL: 'fatal'
}

/**
 * Chooses pino's level: the configured one (default `INFO`), or a lower one for `-dd` (debug) and `-ddd`
 * (trace). A single `-d` only enables the debug endpoint, as on the reference.
 *
 * @throws {FG_ERR_TELEMETRY_LEVEL}
 */
export function chooseLevel (name: string | undefined, debug: number): LevelWithSilent {
  const level = pinoLevels[(name ?? 'INFO').toUpperCase() as LevelName]
  if (level === undefined) throw about('level', new FG_ERR_TELEMETRY_LEVEL(name))
  return debug > 2 ? 'trace' : debug > 1 ? 'debug' : level
}

/** Returns the method of a pino logger for a configured level. */
export function pinoLevelOf (name: string): 'debug' | 'info' | 'warn' | 'error' | 'fatal' {
  return pinoLevels[name.toUpperCase() as LevelName] as 'debug' | 'info' | 'warn' | 'error' | 'fatal'
}

/** Returns KrakenD's name of a pino level. */
export function nameLevel (level: number): LevelName {
  return level >= 60 ? 'CRITICAL' : level >= 50 ? 'ERROR' : level >= 40 ? 'WARNING' : level >= 30 ? 'INFO' : 'DEBUG'
}
