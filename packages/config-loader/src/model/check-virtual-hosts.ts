import { splitVirtualPath, virtualHostFeature, virtualHosts, type VirtualHostSettings } from '@floodgate/router'
import type { Endpoint, ExtraConfig } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'

const { namespace } = virtualHostFeature
const place = ['extra_config', namespace]
const ALIAS = /^[a-z0-9_]+$/
/** A name or address with an optional port, as clients write it in `Host`. */
const HOST = /^(?:[^\s/:@*?#[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
const URL_HOST = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#]+)/i

/** Reports hosts of `server/virtualhost` that no request can bring, and endpoints of hosts that are not listed. */
export function checkVirtualHosts (extra: ExtraConfig, endpoints: readonly Endpoint[], report: Report): void {
  const settings = extra[namespace] as VirtualHostSettings | undefined
  if (settings === undefined) return
  const { hosts, aliased_hosts: aliased } = settings
  const fail = (steps: readonly (string | number)[], message: string, instead: string, value?: string): void => {
    report({ severity: 'error', code: 'invalid-value', place: [...place, ...steps], message, instead, ...value !== undefined && { value } })
  }
  if (hosts !== undefined && aliased !== undefined) {
    fail(['aliased_hosts'], '"hosts" and "aliased_hosts" cannot be used together', 'keep one of the two')
  } else if ((hosts ?? Object.keys(aliased ?? {})).length === 0) {
    fail([], `"${namespace}" lists no hosts`, 'list them in "hosts", or with aliases in "aliased_hosts"')
  }
  const checkHost = (host: string, ...steps: (string | number)[]): void => {
    if (HOST.test(host)) return
    const written = URL_HOST.exec(host)?.[1]
    fail(
      steps,
      `${JSON.stringify(host)} is not a host: no request brings it`,
      written === undefined ? 'write a name, with the port if it is neither 80 nor 443: "api.example.com"' : `write ${JSON.stringify(written)}`,
      host
    )
  }
  hosts?.forEach((host, i) => { checkHost(host, 'hosts', i) })
  checkAliases(aliased ?? {}, fail, checkHost)
  checkEndpoints(extra, endpoints, report)
}

function checkAliases (
  aliased: Readonly<Record<string, string>>,
  fail: (steps: readonly string[], message: string, instead: string, value?: string) => void,
  checkHost: (host: string, ...steps: string[]) => void
): void {
  const known = new Map<string, string>()
  for (const [alias, host] of Object.entries(aliased)) {
    const steps = ['aliased_hosts', alias]
    if (!ALIAS.test(alias)) {
      fail(steps, `${JSON.stringify(alias)} is not an alias`, 'use lower-case letters, digits and underscores', alias)
    }
    checkHost(host, ...steps)
    // As requests see it.
    const [seen] = virtualHosts({ extra: { [namespace]: { hosts: [host] } } })!.keys()
    const other = known.get(seen!)
    if (other !== undefined) fail(steps, `${JSON.stringify(host)} has two aliases, ${other} and ${alias}`, 'keep one of them', host)
    known.set(seen!, alias)
  }
}

function checkEndpoints (extra: ExtraConfig, endpoints: readonly Endpoint[], report: Report): void {
  const names = new Set(virtualHosts({ extra })!.values())
  for (const endpoint of endpoints) {
    const virtual = splitVirtualPath(endpoint.path)
    if (virtual === null || names.has(virtual.name)) continue
    report({
      severity: 'warning',
      code: 'no-effect',
      place: [...endpoint.place, 'endpoint'],
      value: endpoint.path,
      message: `the endpoint is never reached, because "${namespace}" does not list ${JSON.stringify(virtual.name)}`,
      instead: names.size === 0 ? 'list it' : `list it, or write one of ${[...names].map((name) => JSON.stringify(name)).join(', ')}`
    })
  }
}
