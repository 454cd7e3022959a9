import { createRequire } from 'node:module'
import type * as undici from 'undici'

type Parts = Pick<typeof undici, 'Client' | 'Dispatcher' | 'util'>

const require = createRequire(import.meta.url)

/**
 * The parts of undici that clients are made of, out of its files (undici 7): its index loads fetch, caches, mocks and
 * web sockets too, which is a tenth of a start. They are the index's own: whoever loads that, before or after, gets the
 * same.
 */
const { Client, Dispatcher, util } = loadParts()
type Client = undici.Client

export { Client, Dispatcher, util }

function loadParts (): Parts {
  try {
    const Dispatcher = require('undici/lib/dispatcher/dispatcher.js') as Parts['Dispatcher']
    // As the index does: request(), stream() and the like of every dispatcher.
    Object.assign(Dispatcher.prototype, require('undici/lib/api/index.js'))
    return { Dispatcher, Client: require('undici/lib/dispatcher/client.js') as Parts['Client'], util: require('undici/lib/core/util.js') as Parts['util'] }
  } catch {
    return require('undici') as Parts
  }
}
