import type { FastifyBaseLogger } from 'fastify'
import { formatProblems, type Problem } from '@floodgate/config-loader'

/**
 * Logs warnings, a line each, at the lowest enabled level from warn on, so that they are always visible.
 */
export function logWarnings (log: FastifyBaseLogger, warnings: readonly Problem[]): void {
  if (warnings.length === 0) return
  const { isLevelEnabled } = log as { isLevelEnabled?: (level: string) => boolean }
  const level = (['warn', 'error'] as const).find((level) => isLevelEnabled === undefined || isLevelEnabled.call(log, level)) ?? 'fatal'
  for (const line of formatProblems(warnings.map((warning) => ({ ...warning, excerpt: null }))).split('\n')) log[level](line)
}
