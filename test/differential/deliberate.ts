import { isDeepStrictEqual } from 'node:util'
import yaml from 'yaml'
import type { Difference } from './compare.ts'
import { sameJson } from './json-tools.ts'
import type { Observation } from './observation.ts'
import type { Script, ScriptCase, ScriptRequest } from './script.ts'

/** All about one request whose answers differ. */
export interface Compared {
  script: Script
  test: ScriptCase
  request: ScriptRequest
  reference: Observation
  ours: Observation
}

/** A difference that is wanted. */
export interface Deliberate {
  /** Its `id` in packages/inspect/src/differences/list.ts, which is the list in docs/compatibility.md; or words that `in` has. */
  name: string
  /** The README of a package that tells of it, below the root. */
  in?: string
  /** Whether this is it. The `difference` is one of those of the request. */
  matches: (difference: Difference, compared: Compared) => boolean
}

const tagged = (tag: string) => (_: Difference, { test }: Compared): boolean => test.tags?.includes(tag) ?? false

/** What is different on purpose, as far as generators come there. */
export const deliberate: readonly Deliberate[] = [
  {
    name: 'merge-order',
    matches: ({ what, reference, ours }, { test }) => what === 'body' && test.tags?.includes('collision') === true && sameKeys(String(reference), String(ours))
  },
  {
    name: 'json-as-written',
    matches: ({ what, reference, ours }) => what === 'body' && sameJson(String(reference), String(ours))
  },
  {
    name: 'broken-bodies',
    matches: ({ what }, { ours, reference }) => ['broken', 'body'].includes(what) && ours.broken === true && !reference.broken
  },
  {
    name: 'connection-headers',
    matches: ({ what, ours }, { request }) => ours === null && isHopByHop(/^call \d+: header (.*)$/.exec(what)?.[1], request)
  },
  {
    name: 'segments',
    matches: (_, { ours, request }) => ours.status === 400 && ours.seen.length === 0 && /\.|%2e|%5c|\\/i.test(request.path)
  },
  {
    name: 'error-texts',
    matches: ({ what, reference, ours }) => what === 'body' && typeof reference === 'string' && reference.replace(/: https?:\/\/\S*|"https?:[^"]*"/g, '') === String(ours)
  },
  {
    name: 'partial-answers',
    matches: (_, { script, test }) => test.tags?.includes('partial') === true && /"validation\/cel"|"flatmap_filter"/.test(JSON.stringify(script.config))
  },
  {
    name: 'trailing-slash',
    matches: (_, { script, reference, ours }) => [301, 307].includes(reference.status) && ours.status === 200 && script.config.endpoints.some((endpoint) => /.\/$/.test((endpoint as { endpoint: string }).endpoint))
  },
  { name: 'claims-in-url', matches: tagged('claim-in-path') },
  {
    name: 'blanks-of-earlier-answers',
    matches: (_, { reference, ours, test }) => test.name.startsWith('sequences') && reference.seen.length < ours.seen.length && ours.seen.some(({ path }) => /\?.*(?:\+|%20)/.test(path))
  },
  {
    name: 'accept-encoding',
    matches: (_, { request }) => request.lines?.some(([name, value]) => name.toLowerCase() === 'accept-encoding' && value !== 'gzip') ?? false
  },
  { name: 'cel-that-is-not-asked', matches: tagged('names-nothing') },
  { name: 'cel-status', matches: tagged('metadata-status') },
  { name: 'cache-keys', matches: tagged('cache-key') },
  { name: '`Vary: *` is not kept', in: 'packages/traffic/README.md', matches: tagged('vary-all') },
  { name: 'An answer that is not passed on to the client', in: 'packages/traffic/README.md', matches: tagged('cached-failure') },
  { name: 'Directives are read in any case', in: 'packages/traffic/README.md', matches: tagged('odd-directive') },
  { name: '`only-if-cached` gets what is fresh', in: 'packages/traffic/README.md', matches: (_, { request, test }) => test.tags?.includes('cache') === true && request.lines?.some(([, value]) => value === 'only-if-cached') === true },
  { name: 'A `no-op` answer from the cache has its `Age`', in: 'packages/traffic/README.md', matches: ({ what }, { test }) => test.tags?.includes('cache') === true && ['header age', 'header x-from-cache'].includes(what) },
  { name: 'one that names both', in: 'packages/validation/README.md', matches: tagged('request-and-response') },
  {
    name: 'The gateway\'s headers replace those a backend sends about origins',
    in: 'packages/security/README.md',
    matches: ({ what, reference, ours }) => what === 'header access-control-allow-origin' && Array.isArray(reference) && Array.isArray(ours) && reference.length > 1 && reference[0] === ours[0]
  },
  {
    name: 'a redirect never leads to another host',
    in: 'packages/router/README.md',
    matches: (_, { reference, ours }) => [301, 307].includes(reference.status) && [404, 405].includes(ours.status)
  },
  {
    name: '`Allow` names the methods that there are',
    in: 'packages/router/README.md',
    matches: ({ what }, { reference, ours }) => what === 'header allow' && reference.status === 405 && ours.status === 405
  },
  {
    name: 'a path that no endpoint has is 404 or 405, whatever its escapes',
    in: 'packages/router/README.md',
    matches: (_, { reference, ours, request }) => reference.status === 400 && [404, 405].includes(ours.status) && request.path.includes('%')
  },
  {
    name: 'a request that ends its router in a panic',
    in: 'packages/router/README.md',
    matches: (_, { reference, ours, test }) => reference.status === 0 && ours.status > 0 && test.tags?.includes('routing') === true
  },
  {
    name: 'encoded-query-params',
    matches: (_, { reference, ours, script }) => /"url_pattern":"[^"]*\?[^"]*\{/.test(JSON.stringify(script.config)) && ours.status > 0 && ([400, 500].includes(reference.status) || reference.seen.length === ours.seen.length)
  },
  {
    name: 'no Content-Type is guessed for an answer without one',
    in: 'packages/proxy/README.md',
    matches: ({ what, ours }) => what === 'header content-type' && ours === null
  },
  {
    name: 'XML output makes valid names of keys that are not',
    in: 'packages/aggregate/README.md',
    matches: ({ what, reference, ours }) => what === 'body' && isXml(reference) && isXml(ours) && xmlNames(String(reference)) === xmlNames(String(ours))
  },
  {
    name: '`fast-json` as `output_encoding`',
    in: 'packages/aggregate/README.md',
    matches: (_, { script, test, ours }) => script.config.endpoints.some((endpoint) => (endpoint as { endpoint: string }).endpoint.startsWith(`${test.prefix}/`) && /"output_encoding":"fast-json"/i.test(JSON.stringify(endpoint))) && typeOf(ours).startsWith('application/json')
  },
  {
    name: 'YAML output quotes every text',
    in: 'packages/aggregate/README.md',
    matches: ({ what, reference, ours }, compared) => what === 'body' && typeOf(compared.ours).includes('yaml') && isDeepStrictEqual(parseYaml(String(reference)), parseYaml(String(ours)))
  },
  {
    name: 'any JSON object is a JSON Feed',
    in: 'packages/aggregate/README.md',
    matches: (_, { test, reference, ours }) => test.tags?.includes('rss') === true && ours.status === 500 && /"type":"json"/.test(reference.body)
  },
  {
    name: 'A feed as XML or YAML',
    in: 'packages/aggregate/README.md',
    matches: ({ what }, { test, ours }) => what === 'body' && test.tags?.includes('rss') === true && /xml|yaml/.test(typeOf(ours))
  }
]

/** Entries of that list that no generator comes to, with the reason. A test holds both against it. */
export const notGenerated: Readonly<Record<string, string>> = {
  'stops-the-start': 'generators make configurations that both start with',
  'unusable-files': 'as above; suites of clients have them',
  'proxy-address': 'as above',
  'shared-connections': 'connections are not observed',
  wildcards: 'KrakenD Community does not start with one',
  'held-bodies': 'a case would send more than 8 MiB; test/limits.test.ts does',
  'bodies-of-redirects': 'as above',
  'redirects-checked': 'security/http has suites of its own',
  'signer-limits': 'auth/signer has a suite of its own',
  'write-timeout': 'a case would take long',
  'backend-queries': 'metrics, traces and error texts are not observed',
  'bytes-in-targets': 'the client of the harness sends none',
  'endpoint-without-proxy-layer': 'metrics and traces are not observed',
  'extra-authorities': 'cases use no TLS',
  'version-headers': 'versions are not compared',
  'request-framing': 'framing is not compared',
  compression: 'KrakenD Community compresses nothing',
  failover: 'hosts of the harness do not fail to connect',
  'jwk-aggregator': 'a plugin of KrakenD Enterprise',
  'lua-limits': 'a case would run into limits of time and memory; packages/lua does',
  'lua-sources': 'generators make configurations that both start with',
  'otlp-json': 'traces are not observed',
  'prometheus-address': 'metrics are not observed',
  propagators: 'traces are not observed',
  'sample-rate-zero': 'traces are not observed',
  'server-port': 'metrics are not observed',
  'static-files': 'a namespace of KrakenD Enterprise',
  'static-prefix': 'as above',
  syslog: 'logs are not observed',
  'unrecorded-traces': 'traces are not observed',
  'virtual-hosts': 'a namespace of KrakenD Enterprise'
}

/** Names the wanted difference that a difference is; undefined where it is none. */
export function findDeliberate (difference: Difference, compared: Compared): Deliberate | undefined {
  return deliberate.find(({ matches }) => matches(difference, compared))
}

function isHopByHop (name: string | undefined, { lines = [] }: ScriptRequest): boolean {
  if (name === undefined) return false
  const named = lines.filter(([other]) => other.toLowerCase() === 'connection').flatMap(([, value]) => value.toLowerCase().split(',').map((part) => part.trim()))
  return ['connection', 'keep-alive', 'te', 'trailer', 'proxy-authorization', 'proxy-connection', 'proxy-authenticate', 'upgrade', 'transfer-encoding', ...named].includes(name)
}

function typeOf ({ lines }: Observation): string {
  return lines.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
}

/** As YAML 1.1, which the reference writes; the text itself where it is none. */
function parseYaml (text: string): unknown {
  try {
    return yaml.parse(text, { version: '1.1' })
  } catch {
    return text
  }
}

function isXml (body: unknown): boolean {
  return typeof body === 'string' && body.startsWith('<')
}

/** The text without what names of elements may not have, and without control characters. */
function xmlNames (text: string): string {
  return text.replace(/<(\/?)([^<>/]*)/g, (_, slash: string, name: string) => `<${slash}${name.replace(/[^\p{L}\d.-]/gu, '')}`).replace(/[\p{Cc}\ufffd]/gu, '')
}

function sameKeys (a: string, b: string): boolean {
  try {
    return isDeepStrictEqual(Object.keys(JSON.parse(a)).sort(), Object.keys(JSON.parse(b)).sort())
  } catch {
    return false
  }
}
