import { foldKey, isComment, isObject, weakList } from '@floodgate/settings'
import { clientNamespace } from '../namespaces/namespaces.ts'
import type { Refused, Translated, Translation } from './translation.ts'

const server = 'plugin/http-server'
const client = 'plugin/http-client'
const modifier = 'plugin/req-resp-modifier'
const text = { type: 'string' } as const

/** The plugins of the reference that are settings of a namespace today. */
export const translations: readonly Translation[] = [
  {
    plugin: 'no-redirect',
    namespace: client,
    levels: ['backend'],
    target: clientNamespace,
    today: '"backend/http/client": { "no_redirect": true }',
    schema: {},
    translate: () => ({ settings: { [clientNamespace]: { no_redirect: true } }, moves: [[[clientNamespace], []]] })
  },
  {
    plugin: 'http-proxy',
    namespace: client,
    levels: ['backend'],
    target: clientNamespace,
    today: '"backend/http/client": { "proxy_address": … }',
    schema: { type: 'object', properties: { proxy_address: { ...text, description: 'Address of the forward proxy.' } } },
    translate: translateProxy
  },
  same(client, 'static-filesystem', ['backend'], 'backend/static-filesystem'),
  same(server, 'static-filesystem', ['service'], 'server/static-filesystem'),
  same(server, 'virtualhost', ['service'], 'server/virtualhost'),
  {
    plugin: 'basic-auth',
    namespace: server,
    levels: ['service'],
    target: 'auth/basic',
    today: '"auth/basic" with the same "htpasswd_path" and "users", and "auth/basic": {} in each endpoint',
    schema: {
      type: 'object',
      properties: {
        endpoints: { type: 'array', items: text, description: 'Paths of the endpoints to protect, as configured. Default, and with "*": all.' },
        htpasswd_path: { ...text, description: 'File of users and bcrypt hashes.' },
        users: { type: 'object', additionalProperties: text, description: 'Bcrypt hashes by user.' }
      }
    },
    translate: translateBasicAuth
  },
  {
    plugin: 'redis-ratelimit',
    namespace: server,
    levels: ['service'],
    target: 'qos/ratelimit/service/redis',
    today: '"qos/ratelimit/service/redis" with a pool of "redis"',
    schema: {
      type: 'object',
      properties: {
        host: { ...text, description: 'Address of Redis: "host:port".' },
        tokenizer: { ...text, enum: ['ip', 'header'], description: 'How clients are identified.' },
        tokenizer_field: { ...text, description: 'Name of the header of the tokenizer "header".' },
        rate: { type: 'integer', description: 'Requests per period of each client.' },
        burst: { type: 'integer', description: 'Largest burst of requests of one client.' },
        period: { ...text, description: 'Period of the rate, at least "1s".' }
      }
    },
    translate: translateRedisLimit
  },
  {
    plugin: 'content-replacer',
    namespace: modifier,
    levels: ['endpoint', 'backend'],
    target: 'modifier/response-body',
    today: '"modifier/response-body"',
    schema: {
      type: 'object',
      description: 'Replacements by the path of the string to modify.',
      additionalProperties: {
        type: 'object',
        required: ['find', 'replace'],
        properties: {
          find: { ...text, description: 'What to replace.' },
          replace: { ...text, description: 'What takes its place.' },
          regexp: { type: 'boolean', default: false, description: 'Whether `find` is an expression.' }
        }
      }
    },
    translate: translateReplacer
  },
  same(modifier, 'response-schema-validator', ['endpoint', 'backend'], 'validation/response-json-schema')
]

/** A plugin whose settings are those of a namespace. */
function same (namespace: string, plugin: string, levels: Translation['levels'], target: string): Translation {
  return {
    plugin,
    namespace,
    levels,
    target,
    today: JSON.stringify(target),
    translate: (given) => ({ settings: { [target]: given ?? {} }, moves: [[[target], []]] })
  }
}

function translateProxy (given: unknown): Translated | Refused {
  // Its key had several spellings.
  const entries = isObject(given) ? Object.entries(given).filter(([key]) => !isComment(key)) : []
  const found = entries.find(([key]) => /^(?:proxy[-_]?)?(?:addr(?:ess)?|url)$/i.test(key))
  const address = typeof given === 'string' ? given : found?.[1]
  if (typeof address !== 'string' || entries.length > 1) {
    return {
      place: [],
      refused: 'has no address of a proxy that could be used: requests would be sent without it',
      instead: 'write "backend/http/client": { "proxy_address": "http://host:port" } in its place'
    }
  }
  return {
    settings: { [clientNamespace]: { proxy_address: address } },
    moves: [[[clientNamespace], []], [[clientNamespace, 'proxy_address'], found === undefined ? [] : [found[0]]]]
  }
}

function translateBasicAuth (given: unknown): Translated {
  const { endpoints, ...credentials } = fold(given, ['endpoints', 'htpasswd_path', 'users'])
  const listed = endpoints === undefined || endpoints === null ? [] : weakList(endpoints)
  // What is not a list of paths protects all.
  const paths = listed.length === 0 || listed.includes('*') || !listed.every((path) => typeof path === 'string') ? null : listed
  return {
    settings: { 'auth/basic': credentials },
    moves: [[['auth/basic'], []]],
    endpoints: { settings: { 'auth/basic': {} }, paths, place: ['endpoints'] }
  }
}

const poolName = 'redis-ratelimit'

function translateRedisLimit (given: unknown): Translated | Refused {
  const { host, tokenizer, tokenizer_field: field, burst, rate, period, ...others } = fold(
    given,
    ['host', 'tokenizer', 'tokenizer_field', 'burst', 'rate', 'period']
  )
  const use = 'use "qos/ratelimit/service/redis" with a pool of "redis", and "qos/ratelimit/router/redis" in endpoints'
  if (tokenizer !== 'ip' && tokenizer !== 'header') {
    const refused = 'can tell clients apart by "ip" and "header" only'
    return { place: ['tokenizer'], value: tokenizer, refused, instead: use }
  }
  if (typeof host !== 'string' || rate === undefined) {
    return { place: [], refused: 'needs "host" and "rate": without them nothing would be limited', instead: use }
  }
  const target = 'qos/ratelimit/service/redis'
  const limit = {
    ...others,
    connection_name: poolName,
    client_max_rate: rate,
    ...burst !== undefined && { client_capacity: burst },
    ...period !== undefined && { every: period },
    strategy: tokenizer,
    ...field !== undefined && field !== '' && { key: field }
  }
  const keys = { client_max_rate: 'rate', client_capacity: 'burst', every: 'period', strategy: 'tokenizer', key: 'tokenizer_field' }
  return {
    settings: {
      redis: { connection_pools: [{ name: poolName, address: host.includes(':') ? host : `${host}:6379` }] },
      [target]: limit
    },
    moves: [[[target], []], ...Object.entries(keys).map(([to, from]) => [[target, to], [from]] as const)]
  }
}

function translateReplacer (given: unknown): Translated {
  const target = 'modifier/response-body'
  const fields = isObject(given) ? Object.entries(given).filter(([field]) => !isComment(field)) : []
  const kinds = fields.map(([, how]) => fold(how, ['regexp'])['regexp'] === true ? 'regexp' : 'literal')
  return {
    settings: {
      [target]: {
        modifiers: fields.map(([field, how], i) => {
          const { regexp: _, ...replacement } = fold(how, ['regexp'])
          return { [kinds[i]!]: { field, ...replacement } }
        })
      }
    },
    moves: [
      [[target], []],
      ...fields.flatMap(([field], i) => [
        [[target, 'modifiers', i], [field]] as const,
        [[target, 'modifiers', i, kinds[i]!], [field]] as const,
        [[target, 'modifiers', i, kinds[i]!, 'field'], [field]] as const
      ])
    ]
  }
}

/** Returns the members of an object without comments, those of the given names spelt like these. */
function fold (value: unknown, names: readonly string[]): Record<string, unknown> {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(
      ([key, member]) => isComment(key) ? [] : [[names.find((name) => foldKey(name) === foldKey(key)) ?? key, member]]
    )
  )
}
