import type { Finding } from './differ.ts'
import type { Script } from './script.ts'

/** Plays a script and tells what is wrong with it. */
export type Probe = (script: Script) => Promise<Finding[]>

/** Keys without which nothing is left to serve. */
const needed = new Set(['endpoint', 'backend', 'host', 'url_pattern', 'path', 'kind', 'name', 'prefix', 'cases', 'requests', 'servers', 'config', 'endpoints', 'about', 'routes', 'body', 'fine', 'tags', 'perProcess'])

/**
 * Makes a script smaller as long as it shows a finding of the same kind: its case alone, its request alone, then without one
 * key or entry after the other. At most `most` plays.
 */
export async function shrink (script: Script, finding: Finding, probe: Probe, most = 60): Promise<{ script: Script, finding: Finding }> {
  let left = most
  let best = { script, finding }
  const attempt = async (smaller: Script): Promise<boolean> => {
    if (left-- <= 0) return false
    const [found] = (await probe(smaller)).filter(({ kind }) => kind === finding.kind)
    if (found) best = { script: smaller, finding: found }
    return found !== undefined
  }
  if (!await attempt(caseAlone(script, finding))) return best
  const [test] = best.script.cases
  const at = best.finding.at?.request ?? 0
  if (test!.requests.length > 1 && !await attempt(withRequests(best.script, at, at + 1))) await attempt(withRequests(best.script, 0, at + 1))
  for (let i = 0; ;) {
    const places = listPlaces(best.script)
    if (left <= 0 || i >= places.length) break
    if (!await attempt(without(best.script, places[i]!))) i++
  }
  return best
}

/** The script with only the case of a finding. */
export function caseAlone (script: Script, { at }: Pick<Finding, 'at'>): Script {
  const test = script.cases[at?.case ?? 0]!
  const own = (path: string): boolean => path.startsWith(`${test.prefix}/`)
  return {
    ...script,
    servers: Object.fromEntries(Object.entries(script.servers).map(([name, server]) => [name, { ...server, ...server.routes && { routes: server.routes.filter(({ path }) => own(path)) } }])),
    config: { ...script.config, endpoints: script.config.endpoints.filter((endpoint) => own((endpoint as { endpoint: string }).endpoint)) },
    cases: [test]
  }
}

function withRequests (script: Script, from: number, to: number): Script {
  const [test] = script.cases
  return { ...script, cases: [{ ...test!, requests: test!.requests.slice(from, to) }] }
}

/** Places of what may go, the large ones first. */
function listPlaces (script: Script): (string | number)[][] {
  const places: (string | number)[][] = []
  const walk = (value: unknown, place: (string | number)[]): void => {
    if (value === null || typeof value !== 'object') return
    for (const [key, member] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      const inner = [...place, key]
      if (typeof key === 'number' ? (value as unknown[]).length > 1 || !['endpoints', 'backend', 'host', 'requests', 'cases'].includes(String(place.at(-1))) : !needed.has(key)) places.push(inner)
      walk(member, inner)
    }
  }
  walk(script.config, ['config'])
  walk(script.servers, ['servers'])
  walk(script.cases, ['cases'])
  return places.sort((a, b) => a.length - b.length)
}

function without (script: Script, place: (string | number)[]): Script {
  const copy = structuredClone(script)
  const last = place.at(-1)!
  const parent = place.slice(0, -1).reduce((value: any, key) => value[key], copy)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  return copy
}
