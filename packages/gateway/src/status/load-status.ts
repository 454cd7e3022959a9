import type { Service } from '@floodgate/core'
import { noChange } from '../metrics/prepared-port.ts'
import { ownSettings } from '../own-settings.ts'
import type { StatusPort, StatusPortOptions } from './status-port.ts'

/** As `createStatusPort`, but nothing is loaded before a configuration asks for it. */
export function createStatusPage (options: StatusPortOptions): StatusPort {
  let port: StatusPort | undefined
  return {
    get url () { return port?.url ?? null },
    async change (model) {
      if (port === undefined && !wantsStatus(model)) return noChange
      port ??= (await import('./status-port.ts')).createStatusPort(options)
      return port.change(model)
    },
    async close () { await port?.close() }
  }
}

function wantsStatus (model: Service | null): boolean {
  return model !== null && ownSettings(model).status !== undefined
}
