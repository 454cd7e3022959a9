import { createClientIp, failuresOf, withoutQuery, type FeatureContext, type ServiceHooks } from '@floodgate/core'
import { decodePath, type AccessEntry } from './access-entry.ts'
import { createAccessFormat } from './access-format.ts'
import type { ReadClaims } from './access-pattern.ts'
import { accessStreamOf } from '../logger/logger.ts'
import type { LoggingSettings } from '../options.ts'
import { createScrub } from '../scrub.ts'
import { secretNames } from '../secret-names.ts'

export interface AccessLogOptions {
  /** Returns the claims for `%{jwt.CLAIM}`; called after the response has ended. Default: no claims. */
  claims?: ReadClaims
}

/** nginx's status for clients that disconnected before the response. */
const clientGone = 499

/**
 * Creates the hook that writes one line per request when its response has ended: also for requests that match no route,
 * and for clients that disconnected. The lines go to stdout beside a logger of `createLogger`, and through the host's
 * logger at level info otherwise.
 *
 * @param settings of the service's `telemetry/logging`; undefined where it is not configured
 * @returns undefined when `router.disable_access_log` switches it off
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN}
 * @throws {FG_ERR_TELEMETRY_VARIABLE}
 */
export async function createAccessLog (
  settings: LoggingSettings | undefined,
  { model, log }: Pick<FeatureContext, 'model' | 'log'>,
  { claims = noClaims }: AccessLogOptions = {}
): Promise<ServiceHooks | undefined> {
  const {
    disable_access_log: disabled = false,
    logger_skip_paths: skipped = []
  } = (model.extra['router'] ?? {}) as { disable_access_log?: boolean, logger_skip_paths?: string[] }
  if (disabled) return undefined
  const isSkipped = createSkip(skipped)
  const clientIp = createClientIp(model)
  const write = await createWriter(settings ?? {}, model, log, claims)
  return {
    onRequest: function logAccess (request, reply, done) {
      if (isSkipped === null || !isSkipped(request.originalUrl)) {
        // The address is not available after the connection is closed.
        const ip = clientIp(request)
        const start = performance.now()
        const response = reply.raw
        // Not onResponse and onRequestAbort: neither is called for a client that disconnects after its body was read.
        response.on('close', () => {
          write(
            {
              request,
              clientIp: ip,
              status: response.headersSent ? response.statusCode : clientGone,
              latency: performance.now() - start,
              time: Date.now(),
              failures: failuresOf(response)
            }
          )
        })
      }
      done()
    }
  }
}

/** Creates the check whether a path is excluded from the log; null if none is. */
function createSkip (paths: readonly string[]): ((target: string) => boolean) | null {
  if (paths.length === 0) return null
  const set = new Set(paths)
  return (target) => {
    const path = withoutQuery(target)
    return set.has(path) || (path.includes('%') && set.has(decodePath(path)))
  }
}

async function createWriter (
  settings: LoggingSettings,
  model: FeatureContext['model'],
  log: FeatureContext['log'],
  claims: ReadClaims
): Promise<(entry: AccessEntry) => void> {
  const {
    access_log_format: name = '',
    access_log_custom_format: pattern = '',
    access_log_missing_key_marker: missing = '-',
    prefix = ''
  } = settings
  const secrets = secretNames(model)
  const scrub = createScrub(secrets)
  const format = await createAccessFormat(name, pattern, { prefix, missing, claims, secrets, scrub })
  const stream = accessStreamOf(log)
  if (stream !== null) return function writeLine (entry) { stream.write(`${format(entry)}\n`) }
  if (name !== '' && name !== 'json') return function logLine (entry) { entry.request.log.info(format(entry)) }
  return function logFields ({ request, clientIp, status, latency }) {
    request.log.info(
      {
        method: request.method,
        path: scrub.target(request.originalUrl),
        statusCode: status,
        latencyMs: Math.round(latency * 1e3) / 1e3,
        clientIp
      },
      'access'
    )
  }
}

function noClaims (): null {
  return null
}
