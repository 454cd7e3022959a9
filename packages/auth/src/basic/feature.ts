import { resolve } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerEarly, createClientIp, type Endpoint, type Feature, type FeatureContext, type Place, type RouteHooks } from '@floodgate/core'
import { authMetrics, createAuthCounters, type AuthCounters } from '../auth-metrics.ts'
import { createCompareThread } from './compare-thread.ts'
import { createCompareQueue, createPasswordCheck, type CheckPassword, type PasswordCheckOptions } from './password-check.ts'
import { namespace, type BasicSettings } from './settings.ts'
import { readUsers } from './users.ts'

const BASIC = /^basic +/i
const longestCredentials = 4096

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  metrics: authMetrics,
  route: (settings: BasicSettings, endpoint, context) => createHooks(settings, endpoint, context)
}

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const ofServices = new WeakMap<FeatureContext, CheckPassword>()
// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const comparers = new WeakMap<FeatureContext, Required<PasswordCheckOptions>>()

function createHooks (settings: BasicSettings, endpoint: Endpoint, context: FeatureContext): RouteHooks {
  const check = findCheck(settings, endpoint.place, context)
  const counters = createAuthCounters('basic', endpoint, context)
  const clientIp = createClientIp(context.model)
  return {
    onRequest: function checkBasic (request, reply, done) {
      const credentials = readCredentials(request)
      const verdict = credentials === null
        ? false
        : check(credentials.user, credentials.password, clientIp(request), () => request.raw.socket.destroyed)
      if (verdict instanceof Promise) verdict.then((verdict) => { carryOut(verdict, request, reply, done, counters) }).catch(done)
      else carryOut(verdict, request, reply, done, counters)
    }
  }
}

/** An endpoint without its own settings accepts the service's users; an endpoint with settings accepts only its own. */
function findCheck (settings: BasicSettings, place: Place, context: FeatureContext): CheckPassword {
  const inherits = settings.users === undefined && (settings.htpasswd_path ?? '') === ''
  if (!inherits) return createCheck(settings, [...place, 'extra_config', namespace], context)
  const service = context.model.extra[namespace] as BasicSettings | undefined
  if (service === undefined) return createCheck({}, [...place, 'extra_config', namespace], context)
  let check = ofServices.get(context)
  if (check === undefined) ofServices.set(context, check = createCheck(service, ['extra_config', namespace], context))
  return check
}

function createCheck (settings: BasicSettings, place: Place, context: FeatureContext): CheckPassword {
  const { users, problems } = readUsers(settings)
  for (const { key, message } of problems) context.problem([...place, key], message)
  const comparer = comparerOf(context)
  let check = createPasswordCheck(users, comparer)
  const { htpasswd_path: path = '' } = settings
  if (path === '') return check
  context.reads(resolve(path))
  context.onRenew(() => {
    const { users, problems: [problem] } = readUsers(settings)
    if (problem !== undefined) throw new Error(`auth/basic: ${problem.message}: the previous users stay in use`)
    check = createPasswordCheck(users, comparer)
  })
  return (...asked) => check(...asked)
}

/** Returns the thread and queue that a gateway's password checks share. */
function comparerOf (context: FeatureContext): Required<PasswordCheckOptions> {
  let comparer = comparers.get(context)
  if (comparer === undefined) {
    const thread = createCompareThread(
      (error) => {
        context.log.error(
          { err: error },
          'auth/basic: the thread that checks passwords ended: the requests waiting for it were answered with 503'
        )
      }
    )
    context.onClose(() => thread.close())
    comparers.set(context, comparer = { compare: thread.compare, queue: createCompareQueue() })
  }
  return comparer
}

function carryOut (
  verdict: boolean | null,
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
  counters: AuthCounters | undefined
): void {
  if (verdict === true) {
    counters?.accepted.add()
    done()
    return
  }
  counters?.refused(verdict === null ? 'busy' : request.headers.authorization === undefined ? 'missing' : 'credentials')
  if (verdict === null) { answerEarly(request, reply, 503); return }
  // Browsers ask for a password only if this header is present (RFC 7617, section 2).
  reply.header('www-authenticate', 'Basic realm="Restricted", charset="UTF-8"')
  answerEarly(request, reply, 401)
}

function readCredentials ({ raw }: FastifyRequest): { user: string, password: string } | null {
  const { authorization } = raw.headers
  if (authorization === undefined || authorization.length > longestCredentials || !BASIC.test(authorization)) return null
  const text = Buffer.from(authorization.replace(BASIC, ''), 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
