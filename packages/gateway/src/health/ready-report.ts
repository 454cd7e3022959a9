import type { FastifyBaseLogger } from 'fastify'
import { asError, type ReadyCheck } from '@floodgate/core'
import type { Readiness } from '../reload/shared-resources.ts'
import { withTimeout } from '../foreign/with-timeout.ts'

/** How long a result is used, in ms: probes within that time cost nothing. */
const LIFE = 1000
/** How long a check may take, in ms: the probes of Kubernetes wait for one second. */
const PATIENCE = 600

/** A check of a configuration. */
export interface NamedCheck {
  /** As in `floodgate.health.checks`. */
  readonly name: string
  readonly check: ReadyCheck
}

/** The answer to a probe. */
export interface ReadyAnswer {
  readonly isReady: boolean
  /** JSON. */
  readonly body: Buffer
}

export interface ReadyReportOptions {
  readonly readiness: Readiness
  readonly checks: readonly NamedCheck[]
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn'>
}

const stopping: ReadyAnswer = { isReady: false, body: Buffer.from('{"status":"stopping"}') }
const ok: ReadyAnswer = { isReady: true, body: Buffer.from('{"status":"ok"}') }

/**
 * Returns a function that reports whether a gateway should get requests. The checks run when a probe arrives, all at once, and at
 * most once per second; the log has a line when one begins to fail, and one when it succeeds again.
 */
export function createReadyReport ({ readiness, checks, log }: ReadyReportOptions): () => ReadyAnswer | Promise<ReadyAnswer> {
  let last: ReadyAnswer | null = null
  let madeAt = 0
  let running: Promise<ReadyAnswer> | null = null
  let told = ''

  async function make (): Promise<ReadyAnswer> {
    const failures = new Map<string, string[]>(checks.map(({ name }) => [name, []]))
    await Promise.all(checks.map(async ({ name, check }) => {
      failures.get(name)!.push(...await runCheck(check))
    }))
    const failed = [...failures].filter(([, reasons]) => reasons.length > 0)
    const isReady = failed.length === 0
    tell(failed.map(([name, reasons]) => `${name}: ${reasons.join('; ')}`).join('; '))
    last = {
      isReady,
      body: Buffer.from(JSON.stringify({
        status: isReady ? 'ok' : 'failed',
        checks: Object.fromEntries([...failures].map(([name, reasons]) => [name, reasons.length === 0 ? 'ok' : reasons]))
      }))
    }
    madeAt = performance.now()
    running = null
    return last
  }

  function tell (text: string): void {
    if (text === told) return
    told = text
    if (text === '') log.info('ready again')
    else log.warn(`not ready: ${text}`)
  }

  return () => {
    if (!readiness.isReady) return stopping
    if (checks.length === 0) return ok
    if (last !== null && performance.now() - madeAt < LIFE) return last
    running ??= make()
    // A check that began before the gateway stops must not report success after it.
    return running.then((answer) => readiness.isReady ? answer : stopping)
  }
}

async function runCheck (check: ReadyCheck): Promise<string[]> {
  try {
    const reasons: unknown = await withTimeout(check(), PATIENCE, () => new Error(`no result within ${PATIENCE} ms`))
    return [reasons ?? []].flat().map(String)
  } catch (error) {
    return [asError(error).message]
  }
}
