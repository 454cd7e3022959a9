import type { LoadedConfig } from '@floodgate/config-loader'
import type { Backend } from '@floodgate/core'
import { TransportOptions } from '@floodgate/http-client'
import { listOptions, type TransportSettings } from '@floodgate/settings'
import { clientPlace } from './client-place.ts'
import { readOption } from './read-option.ts'
import { findOrigin, type Setting } from './setting.ts'

/** Returns the transport keys: those of the root, which apply to the clients of all backends, or the backend's own. */
export function explainTransport (loaded: Pick<LoadedConfig, 'model'>, { client: { transport }, place }: Pick<Backend, 'client' | 'place'>): Setting[] {
  return listOptions(TransportOptions).filter(({ path }) => !isTls.test(path)).map((option): Setting => {
    const { path: key } = option
    // The schema has times as milliseconds: they are its only numbers that are not whole.
    const type = option.type === 'number' ? 'duration' : option.type
    const value = readOption(transport, { path: key, type }) ?? null
    return {
      key,
      ...shown[key]?.(transport) ?? { value, note: type === 'duration' && value === '0s' ? 'no limit' : null },
      ...findOrigin(loaded, [['backend', [...clientPlace(place), 'floodgate', key]], ['global', [key]]])
    }
  })
}

/** Keys of the root that `client_tls` explains. */
const isTls = /^(?:client_tls(?:\.|$)|allow_insecure_connections$)/

/** Options that are shown differently from their value. */
const shown: Readonly<Record<string, (transport: TransportSettings) => Pick<Setting, 'value' | 'note'>>> = {
  dialer_keep_alive: (transport) => dialer(transport, 'dialer_keep_alive', transport.dialerKeepAlive, '15s'),
  dialer_fallback_delay: (transport) => dialer(transport, 'dialer_fallback_delay', transport.dialerFallbackDelay, '300ms'),
  max_idle_connections: ({ maxIdleConnections }) => ({ value: maxIdleConnections, note: maxIdleConnections === 0 ? 'no limit' : null }),
  expect_continue_timeout: (transport) => ({
    value: readOption(transport, { path: 'expect_continue_timeout', type: 'duration' }) ?? null,
    note: 'no effect: requests are never sent with Expect: 100-continue'
  })
}

/** Zero means Go's own default here (net.Dialer), less is off. */
function dialer (transport: TransportSettings, path: string, ms: number, usual: string): Pick<Setting, 'value' | 'note'> {
  return { value: ms === 0 ? usual : readOption(transport, { path, type: 'duration' }) ?? null, note: ms < 0 ? 'off' : null }
}
