import {
  askStep, createClientIp, createStep, type CoreRequest, type Exchange, type FeatureContext, type Step
} from '@floodgate/core'
import type { AccessLogOptions } from '../access-log/access-log.ts'
import { accessStreamOf } from '../logger/logger.ts'
import { pinoLevelOf } from '../logger/levels.ts'
import { BackendLoggingSettings } from '../options.ts'
import { createScrub } from '../scrub.ts'
import { secretNames } from '../secret-names.ts'
import { compileBackendPattern, type BackendEntry } from './backend-pattern.ts'

/** Writes a line per call of backends. */
export interface BackendLog {
  /** Around a backend's decoded response. */
  around (next: Step): Step
  /** Around its raw call, whose status it remembers. */
  exchange (next: Exchange): Exchange
}

/**
 * Creates the log of backend calls: one line after the response has been decoded, or the call has failed; also for calls
 * that a circuit breaker or a limit refuses, which have no status.
 *
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN}
 * @throws {FG_ERR_TELEMETRY_VARIABLE}
 */
export function createBackendLog (
  settings: BackendLoggingSettings,
  { model, log }: Pick<FeatureContext, 'model' | 'log'>,
  { claims = () => null }: AccessLogOptions
): BackendLog {
  const defaults = BackendLoggingSettings.properties
  const { custom_format: pattern = defaults.custom_format.default, no_value: missing = '-', prefix = '', log_with_level: level } = settings
  const secrets = secretNames(model)
  const format = compileBackendPattern(pattern, { prefix, missing, claims, secrets, scrub: createScrub(secrets) })
  const clientIp = createClientIp(model)

  const statuses = new WeakMap<CoreRequest, number>()
  const write = createWriter(level, log, format)

  return {
    around: (next) => createStep((request, resolve, reject) => {
      const start = performance.now()
      const tell = (entry: Pick<BackendEntry, 'status' | 'response'>): void => {
        write({ ...entry, request, clientIp: clientIp(request.incoming), latency: performance.now() - start, time: Date.now() })
      }
      askStep(next, request, (response) => {
        tell({ status: statuses.get(request) ?? response.status, response })
        resolve(response)
      }, (error) => {
        tell({ status: statuses.get(request) ?? null, response: null })
        reject(error)
      })
    }) as Step,
    exchange: (next) => async function rememberStatus (request) {
      const answer = await next(request)
      statuses.set(request, answer.status)
      return answer
    }
  }
}

function createWriter (
  level: BackendLoggingSettings['log_with_level'],
  log: FeatureContext['log'],
  format: (entry: BackendEntry) => string
): (entry: BackendEntry) => void {
  const stream = accessStreamOf(log)
  if (level === undefined && stream !== null) return (entry) => { stream.write(`${format(entry)}\n`) }
  const name = level === undefined ? 'info' : pinoLevelOf(level)
  return (entry) => {
    entry.request.incoming.log[name](format(entry))
  }
}
