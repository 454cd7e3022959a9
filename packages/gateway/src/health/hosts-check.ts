import type { Backend, ReadyCheck, Service } from '@floodgate/core'
import type { FloodgateEntry } from '@floodgate/engine'

/**
 * Finds backends without a host that gets requests. An ejection that is over does not count: a host is tried again when
 * a request comes, and none would come to a gateway that is not ready.
 */
export function createHostsCheck ({ endpoints }: Pick<Service, 'endpoints'>, { hostsFor }: Pick<FloodgateEntry, 'hostsFor'>): ReadyCheck {
  const backends = endpoints.flatMap(({ method, path, backends }) =>
    backends.map((backend, i) => ({ backend, name: `${method} ${path}${backends.length === 1 ? '' : `, backend[${i}]`}` })))
  const countOut = (backend: Backend): number => {
    const { group } = hostsFor(backend)
    if (group === null) return -1
    const now = Date.now()
    const { known } = group
    return known.every(({ state: { unhealthy, withdrawn, ejected } }) =>
      unhealthy !== null || withdrawn !== null || (ejected !== null && ejected.until! > now))
      ? known.length
      : -1
  }
  return () => backends.flatMap(({ backend, name }) => {
    const out = countOut(backend)
    if (out < 0) return []
    return [out === 0 ? `${name} has no host` : `${name}: ${out === 1 ? 'its host is out' : `all ${out} hosts are out`}`]
  })
}
