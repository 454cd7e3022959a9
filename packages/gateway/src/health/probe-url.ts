import type { Service } from '@floodgate/core'
import { writeAddress } from '@floodgate/http-client'
import { routerSettings } from '@floodgate/router'
import { ownSettings } from '../own-settings.ts'
import { probePaths, type Probe } from './probe-paths.ts'

/** Addresses that cannot be connected to: they stand for all addresses of the machine. */
const anyAddress: ReadonlySet<string> = new Set(['', '0.0.0.0', '::', '[::]'])

/**
 * Returns where a gateway with this configuration answers a probe, as seen from its own machine; null = nowhere.
 * Without `floodgate.health` it is KrakenD's health endpoint.
 *
 * @param port that it listens on. Default: the configuration's
 */
export function probeUrl (model: Service, probe: Probe, port = model.port): URL | null {
  const { health } = ownSettings(model)
  const path = health === undefined ? healthPath(model) : probePaths(health)[probe]
  if (path === null) return null
  const host = anyAddress.has(model.listenIp) ? '127.0.0.1' : model.listenIp
  return new URL(path, `${model.tls === null ? 'http' : 'https'}://${writeAddress(host, port)}`)
}

function healthPath (model: Service): string | null {
  const { disable_health: isDisabled, health_path: path } = routerSettings(model)
  return isDisabled ? null : path.replace(/^(?!\/)/, '/')
}
