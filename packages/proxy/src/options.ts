import type { onRequestHookHandler, preHandlerHookHandler } from 'fastify'
import type { Clients } from '@floodgate/http-client'
import { FG_ERR_PROXY_OPTIONS } from './errors.ts'
import type { ErrorAnswerOptions } from '@floodgate/engine'
import type { ReplyFromOverrides } from './reply-from.ts'

/** What serves an endpoint: our own engine, or @fastify/reply-from. */
export type Engine = 'step' | 'reply-from'

/** What an application changes about one endpoint. The functions of reply-from have its names, and its engine serves them. */
export interface EndpointOverrides extends ReplyFromOverrides {
  /** Default: `reply-from` when one of its functions is given, else that of the plugin. */
  engine?: Engine
  /** Fastify hooks of the endpoint's route. */
  onRequest?: onRequestHookHandler | onRequestHookHandler[]
  preHandler?: preHandlerHookHandler | preHandlerHookHandler[]
}

/** Options of the plugin `@floodgate/proxy`. `showErrorText` is by default what the configuration says (`router.return_error_msg`). */
export interface ProxyOptions extends ErrorAnswerOptions {
  /** What serves the endpoints that do not say. Default `step`. */
  engine?: Engine
  /** Changes to single endpoints, by `GET /path`, or `/path` for every method. */
  overrides?: Readonly<Record<string, EndpointOverrides>>
  /** HTTP clients to use; whoever created them closes them. Default: own ones, closed with the app. */
  clients?: Clients
  /** Reads certificates of `client_tls` anew when their files change; own clients only. Default `true`. */
  watchCertificates?: boolean
}

/** What Fastify itself puts among the options of a plugin. */
const fastifys = ['prefix', 'logLevel', 'logSerializers']

const flag = { expected: 'true or false', fits: (value: unknown) => typeof value === 'boolean' }

const checks: Readonly<Record<keyof ProxyOptions, { readonly expected: string, readonly fits: (value: any) => boolean }>> = {
  engine: { expected: '"step" or "reply-from"', fits: isEngine },
  overrides: { expected: 'an object of objects by endpoint: { "GET /path": { onResponse, … } }', fits: (value) => isObject(value) && Object.values(value).every(isObject) },
  clients: { expected: 'what createClients of @floodgate/http-client returns', fits: (value) => isObject(value) && typeof value['acquire'] === 'function' },
  watchCertificates: flag,
  showErrorText: flag,
  showInternals: flag,
  semanticErrors: flag
}

/**
 * Checks the plugin's options.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} naming every option that does not fit
 */
export function parseOptions (options: object): ProxyOptions {
  const wrong = Object.entries(options).flatMap(([name, value]) => {
    if (fastifys.includes(name) || value === undefined) return []
    if (!Object.hasOwn(checks, name)) return [`there is no option "${name}": the options are ${Object.keys(checks).join(', ')}`]
    const { expected, fits } = checks[name as keyof ProxyOptions]
    if (!fits(value)) return [`"${name}" must be ${expected}`]
    return name === 'overrides' ? Object.entries(value as NonNullable<ProxyOptions['overrides']>).flatMap(([endpoint, changes]) => judgeOverrides(endpoint, changes)) : []
  })
  if (wrong.length > 0) throw new FG_ERR_PROXY_OPTIONS(wrong.join('; '))
  return options
}

const isFunction = { expected: 'a function', fits: (value: unknown) => typeof value === 'function' }
const isHook = { expected: 'a function, or a list of them', fits: (value: unknown) => [value].flat().every((hook) => typeof hook === 'function') }

const overrideChecks: Readonly<Record<keyof EndpointOverrides, { readonly expected: string, readonly fits: (value: any) => boolean }>> = {
  engine: { expected: '"step" or "reply-from"', fits: isEngine },
  onRequest: isHook,
  preHandler: isHook,
  body: { expected: 'null, a text, or what can be written as JSON', fits: (value) => typeof value !== 'function' && typeof value !== 'symbol' && typeof value?.pipe !== 'function' },
  contentType: { expected: 'a media type', fits: (value) => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value) },
  getUpstream: isFunction,
  method: { expected: 'a method, such as "POST"', fits: (value) => typeof value === 'string' && /^[A-Z]+$/.test(value) },
  onError: isFunction,
  onResponse: isFunction,
  queryString: { expected: 'a function, or an object of parameters', fits: (value) => typeof value === 'function' || isObject(value) },
  rewriteHeaders: isFunction,
  rewriteRequestHeaders: isFunction
}

function judgeOverrides (endpoint: string, changes: object): string[] {
  return Object.entries(changes).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (!Object.hasOwn(overrideChecks, name)) return [`"overrides" of "${endpoint}": there is no "${name}": what can be changed is ${Object.keys(overrideChecks).join(', ')}`]
    const { expected, fits } = overrideChecks[name as keyof EndpointOverrides]
    return fits(value) ? [] : [`"overrides" of "${endpoint}": "${name}" must be ${expected}`]
  })
}

function isEngine (value: unknown): value is Engine {
  return value === 'step' || value === 'reply-from'
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
