import type { LoadedConfig } from '@floodgate/config-loader'
import type { Endpoint, Service } from '@floodgate/core'

/** The context of a guard. */
export type GuardKind = 'authentication' | 'limit' | 'validation' | 'policy' | 'address' | 'bots' | 'host' | 'certificate' | 'check'

/** A protection of an endpoint that may refuse a request. */
export interface Guard {
  readonly kind: GuardKind
  /** The namespace that configures it; `tls` for certificates of clients. */
  readonly namespace: string
  readonly level: 'service' | 'endpoint' | 'backend'
  /** A short description of its requirements; null if the namespace is sufficient. Contains no secrets. */
  readonly detail: string | null
}

export interface EndpointGuards {
  readonly method: string
  readonly path: string
  /** Whether any client may call it at any rate with any request. */
  readonly open: boolean
  /** From the outermost to the innermost. */
  readonly guards: readonly Guard[]
  /** Unsupported settings of the endpoint, for which it answers 501. */
  readonly unsupported: readonly string[]
}

type Settings = Readonly<Record<string, any>>

interface GuardRule {
  readonly kind: GuardKind
  readonly namespace: string
  readonly levels: readonly Guard['level'][]
  /** Its requirements; undefined = none with these settings. */
  readonly detail: (settings: Settings) => string | null | undefined
}

const everywhere = ['service', 'endpoint', 'backend'] as const

/** All guards, in the order in which they are applied. Response headers and CORS do not refuse requests. */
const rules: readonly GuardRule[] = [
  { kind: 'address', namespace: 'plugin/http-server', levels: ['service'], detail: addresses },
  {
    kind: 'host',
    namespace: 'security/http',
    levels: ['service', 'endpoint'],
    detail: ({ allowed_hosts: hosts = [], is_development: off }) => hosts.length === 0 || off === true ? undefined : `hosts ${some(hosts)}`
  },
  {
    kind: 'bots',
    namespace: 'security/bot-detector',
    levels: ['service', 'endpoint'],
    detail: ({ deny = [], patterns = [], empty_user_agent_is_bot: empty }) =>
      deny.length + patterns.length === 0 && empty !== true ? undefined : null
  },
  { kind: 'limit', namespace: 'qos/ratelimit/service', levels: ['service'], detail: limits },
  { kind: 'limit', namespace: 'qos/ratelimit/service/redis', levels: ['service'], detail: limits },
  {
    kind: 'authentication',
    namespace: 'auth/api-keys',
    levels: ['endpoint'],
    detail: ({ roles = [] }) => roles.length === 0 ? 'any key' : `roles ${some(roles)}`
  },
  { kind: 'authentication', namespace: 'auth/basic', levels: ['endpoint'], detail: () => null },
  {
    kind: 'authentication',
    namespace: 'auth/validator',
    levels: ['endpoint'],
    detail: ({ issuer, audience = [], roles = [], scopes = [], scopes_key: scopesKey }) => join([
      issuer && `issuer ${issuer}`,
      audience.length > 0 && `audience ${some(audience)}`,
      roles.length > 0 && `roles ${some(roles)}`,
      scopes.length > 0 && scopesKey && `scopes ${some(scopes)}`
    ])
  },
  {
    kind: 'limit',
    namespace: 'auth/api-keys',
    levels: ['endpoint'],
    detail: ({ client_max_rate: rate }) => rate > 0 ? `${rate} per second and key` : undefined
  },
  { kind: 'limit', namespace: 'qos/ratelimit/tiered', levels: ['service', 'endpoint'], detail: () => null },
  { kind: 'limit', namespace: 'qos/ratelimit/router', levels: ['endpoint'], detail: limits },
  { kind: 'limit', namespace: 'qos/ratelimit/router/redis', levels: ['endpoint'], detail: limits },
  {
    kind: 'policy',
    namespace: 'security/policies',
    levels: ['endpoint', 'backend'],
    detail: ({ req, jwt, resp }) => join([req && 'request', jwt && 'token', resp && 'response'])
  },
  {
    kind: 'validation',
    namespace: 'validation/cel',
    levels: ['endpoint', 'backend'],
    detail: (checks) => Array.isArray(checks) && checks.length === 0 ? undefined : null
  },
  {
    kind: 'validation',
    namespace: 'validation/json-schema',
    levels: ['endpoint'],
    detail: (schema) => schema as unknown === true ? undefined : null
  },
  { kind: 'validation', namespace: 'validation/response-json-schema', levels: ['endpoint', 'backend'], detail: () => 'response' },
  { kind: 'address', namespace: 'plugin/req-resp-modifier', levels: ['endpoint', 'backend'], detail: addresses },
  { kind: 'limit', namespace: 'qos/ratelimit/proxy', levels: ['backend'], detail: limits }
]

/** Further namespaces of protecting families: those of custom features. */
const family = /^(?:auth|security|validation|governance)\/|^qos\/ratelimit\/|^modifier\/lua-/
/** Namespaces of these families that do not refuse requests. */
const noGuards: ReadonlySet<string> = new Set(
  [
    'auth/aws-sigv4',
    'auth/client-credentials',
    'auth/gcp',
    'auth/ntlm',
    'auth/revoker',
    'auth/signer',
    'governance/processors',
    'security/cors',
    ...rules.map(({ namespace }) => namespace)
  ]
)

/**
 * Returns the guards of each endpoint: everything that may refuse a request.
 *
 * @param implemented namespaces that have an effect; others protect nothing
 */
export function describeGuardsOf ({ model }: Pick<LoadedConfig, 'model'>, implemented: ReadonlySet<string>): EndpointGuards[] {
  const certificate: Guard[] = model.tls?.enableMtls === true
    ? [{ kind: 'certificate', namespace: 'tls', level: 'service', detail: 'clients need a certificate' }]
    : []
  return model.endpoints.map((endpoint) => {
    const guards = [...certificate, ...guardsOf(model, endpoint, implemented)]
    const { method, path, unsupported = [] } = endpoint
    return { method, path, open: guards.length === 0 && unsupported.length === 0, guards, unsupported }
  })
}

function guardsOf (model: Service, endpoint: Endpoint, implemented: ReadonlySet<string>): Guard[] {
  const extras = [
    { level: 'service', extra: model.extra },
    { level: 'endpoint', extra: endpoint.extra },
    ...endpoint.backends.map(({ extra }) => ({ level: 'backend', extra }) as const)
  ] as const
  const known = rules.flatMap(({ kind, namespace, levels, detail }) => implemented.has(namespace)
    ? extras.flatMap(({ level, extra }): Guard[] => {
      const settings = levels.includes(level) ? extra[namespace] as Settings | undefined : undefined
      const asked = settings === undefined ? undefined : detail(settings)
      return asked === undefined ? [] : [{ kind, namespace, level, detail: asked }]
    })
    : [])
  const others = extras.flatMap(({ level, extra }) => everywhere.includes(level)
    ? Object.keys(extra).filter(
      (name) => implemented.has(name) && family.test(name) && !noGuards.has(name)
    ).map((namespace): Guard => ({ kind: 'check', namespace, level, detail: null }))
    : [])
  return unique([...known, ...others])
}

/** One line for several backends with the same guard. */
function unique (guards: readonly Guard[]): Guard[] {
  return [...new Map(guards.map((guard) => [JSON.stringify(guard), guard])).values()]
}

function addresses ({ name = [], 'ip-filter': filter }: Settings): string | undefined {
  if (!name.includes('ip-filter') || filter === undefined) return undefined
  return `${filter.allow === true ? 'only' : 'all but'} ${some(filter.CIDR ?? [])}`
}

function limits ({ max_rate: rate = 0, client_max_rate: clientRate = 0, every = '1s', strategy }: Settings): string | undefined {
  if (!(rate > 0) && !(clientRate > 0)) return undefined
  return join(
    [
      rate > 0 && `${rate} per ${every}`,
      clientRate > 0 &&
        `${clientRate} per ${every} and ${strategy === 'header' ? 'header' : strategy === 'param' ? 'parameter' : 'address'}`
    ]
  )!
}

function join (parts: readonly (string | false | undefined | null | '')[]): string | null {
  return parts.filter(Boolean).join(', ') || null
}

/** Returns the first few of a list. */
function some (words: readonly string[]): string {
  return words.length > 3 ? `${words.slice(0, 3).join(', ')} and ${words.length - 3} more` : words.join(', ')
}
