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
  /** How it begins in the list of the README, or words of it in another text. */
  readme: string
  /** That other text, below the root. */
  in?: string
  /** Whether this is it. The `difference` is one of those of the request. */
  matches: (difference: Difference, compared: Compared) => boolean
}

const tagged = (tag: string) => (_: Difference, { test }: Compared): boolean => test.tags?.includes(tag) ?? false

/** The list of the README, as far as generators come there. */
export const deliberate: readonly Deliberate[] = [
  {
    readme: 'A merge is decided by the configuration',
    matches: ({ what, reference, ours }, { test }) => what === 'body' && test.tags?.includes('collision') === true && sameKeys(String(reference), String(ours))
  },
  {
    readme: 'JSON that nobody changes is sent as its backend wrote it',
    matches: ({ what, reference, ours }) => what === 'body' && sameJson(String(reference), String(ours))
  },
  {
    readme: 'A body that breaks off breaks the client\'s connection',
    matches: ({ what }, { ours, reference }) => ['broken', 'body'].includes(what) && ours.broken === true && !reference.broken
  },
  {
    readme: 'Hop-by-hop headers',
    matches: ({ what, ours }, { request }) => ours === null && isHopByHop(/^call \d+: header (.*)$/.exec(what)?.[1], request)
  },
  {
    readme: 'Path parameters, wildcards and claims stay in their segment',
    matches: (_, { ours, request }) => ours.status === 400 && ours.seen.length === 0 && /\.|%2e|%5c|\\/i.test(request.path)
  },
  {
    readme: 'Error texts (`return_error_msg`) name no address',
    matches: ({ what, reference, ours }) => what === 'body' && typeof reference === 'string' && reference.replace(/: https?:\/\/\S*|"https?:[^"]*"/g, '') === String(ours)
  },
  {
    readme: 'Partial answers are checked by `validation/cel`',
    matches: (_, { script, test }) => test.tags?.includes('partial') === true && /"validation\/cel"|"flatmap_filter"/.test(JSON.stringify(script.config))
  },
  {
    readme: 'Of `/a/{x}` and `/a/b/`, `/a/b` is served by the first',
    matches: (_, { script, reference, ours }) => [301, 307].includes(reference.status) && ours.status === 200 && script.config.endpoints.some((endpoint) => /.\/$/.test((endpoint as { endpoint: string }).endpoint))
  },
  { readme: 'A `{JWT.claim}` of `url_pattern` stays in its segment', matches: tagged('claim-in-path') },
  {
    readme: 'A value with a blank of an earlier answer is encoded in a query',
    matches: (_, { reference, ours, test }) => test.name.startsWith('sequences') && reference.seen.length < ours.seen.length && ours.seen.some(({ path }) => /\?.*(?:\+|%20)/.test(path))
  },
  {
    readme: '`Accept-Encoding` of a client reaches a backend',
    matches: (_, { request }) => request.lines?.some(([name, value]) => name.toLowerCase() === 'accept-encoding' && value !== 'gzip') ?? false
  },
  { readme: 'A CEL expression that names neither request, response nor token', matches: tagged('names-nothing') },
  { readme: '`resp_metadata_status` in CEL', matches: tagged('metadata-status') },
  { readme: 'KrakenD\'s key is the URL', in: 'packages/traffic/README.md', matches: tagged('cache-key') },
  { readme: '`Vary: *` is not kept', in: 'packages/traffic/README.md', matches: tagged('vary-all') },
  { readme: 'An answer that is not passed on to the client', in: 'packages/traffic/README.md', matches: tagged('cached-failure') },
  { readme: 'Directives are read in any case', in: 'packages/traffic/README.md', matches: tagged('odd-directive') },
  { readme: '`only-if-cached` gets what is fresh', in: 'packages/traffic/README.md', matches: (_, { request, test }) => test.tags?.includes('cache') === true && request.lines?.some(([, value]) => value === 'only-if-cached') === true },
  { readme: 'A `no-op` answer from the cache has its `Age`', in: 'packages/traffic/README.md', matches: ({ what }, { test }) => test.tags?.includes('cache') === true && ['header age', 'header x-from-cache'].includes(what) },
  { readme: 'one that names both', in: 'packages/security/README.md', matches: tagged('request-and-response') },
  {
    readme: 'The gateway\'s headers replace those a backend sends about origins',
    in: 'packages/security/README.md',
    matches: ({ what, reference, ours }) => what === 'header access-control-allow-origin' && Array.isArray(reference) && Array.isArray(ours) && reference.length > 1 && reference[0] === ours[0]
  },
  {
    readme: 'a redirect never leads to another host',
    in: 'packages/config-loader/README.md',
    matches: (_, { reference, ours }) => [301, 307].includes(reference.status) && [404, 405].includes(ours.status)
  },
  {
    readme: '`Allow` names the methods that there are',
    in: 'packages/config-loader/README.md',
    matches: ({ what }, { reference, ours }) => what === 'header allow' && reference.status === 405 && ours.status === 405
  },
  {
    readme: 'a path that no endpoint has is 404 or 405, whatever its escapes',
    in: 'packages/config-loader/README.md',
    matches: (_, { reference, ours, request }) => reference.status === 400 && [404, 405].includes(ours.status) && request.path.includes('%')
  },
  {
    readme: 'a request that ends its router in a panic',
    in: 'packages/config-loader/README.md',
    matches: (_, { reference, ours, test }) => reference.status === 0 && ours.status > 0 && test.tags?.includes('routing') === true
  },
  {
    readme: 'a parameter in the query of `url_pattern` is encoded',
    in: 'packages/proxy/README.md',
    matches: (_, { reference, ours, script }) => /"url_pattern":"[^"]*\?[^"]*\{/.test(JSON.stringify(script.config)) && ours.status > 0 && ([400, 500].includes(reference.status) || reference.seen.length === ours.seen.length)
  },
  {
    readme: 'no Content-Type is guessed for an answer without one',
    in: 'packages/proxy/README.md',
    matches: ({ what, ours }) => what === 'header content-type' && ours === null
  },
  {
    readme: 'XML output makes names of keys that are none',
    in: 'packages/aggregate/README.md',
    matches: ({ what, reference, ours }) => what === 'body' && isXml(reference) && isXml(ours) && xmlNames(String(reference)) === xmlNames(String(ours))
  },
  {
    readme: '`fast-json` as `output_encoding`',
    in: 'packages/aggregate/README.md',
    matches: (_, { script, test, ours }) => script.config.endpoints.some((endpoint) => (endpoint as { endpoint: string }).endpoint.startsWith(`${test.prefix}/`) && /"output_encoding":"fast-json"/i.test(JSON.stringify(endpoint))) && typeOf(ours).startsWith('application/json')
  },
  {
    readme: 'YAML output quotes every text',
    in: 'packages/aggregate/README.md',
    matches: ({ what, reference, ours }, compared) => what === 'body' && typeOf(compared.ours).includes('yaml') && isDeepStrictEqual(parseYaml(String(reference)), parseYaml(String(ours)))
  },
  {
    readme: 'A feed as XML or YAML',
    in: 'packages/aggregate/README.md',
    matches: ({ what }, { test, ours }) => what === 'body' && test.tags?.includes('rss') === true && /xml|yaml/.test(typeOf(ours))
  }
]

/** Differences of the README that no generator comes to, with the reason. A test holds both lists against it. */
export const notGenerated: readonly { readme: string, why: string }[] = [
  { readme: 'What cannot be honoured stops the start', why: 'generators make configurations that both start with' },
  { readme: 'Client settings that cannot be used stop the start', why: 'as above; test/conformance/suites/client has them' },
  { readme: 'A request body that is held', why: 'a case would send more than 8 MiB; test/limits.test.ts does' },
  { readme: '`security/http` judges the router\'s redirects too', why: 'security/http is of the suites security-http*' },
  { readme: '`qos/ratelimit/router` counts at an endpoint with `auth/signer`', why: 'auth/signer is of the suite signer-answers' }
]

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
