import type http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { createRawServer } from '@floodgate/core'
import { FG_ERR_AUTH_REVOKER_PORT } from '../errors.ts'
import { createAdminHandler } from './admin-handler.ts'
import type { SharedRevocations } from './revocations.ts'

/** A use of a port; the caller that opened it closes it. */
export interface OpenPort {
  readonly port: number
  close (): Promise<void>
}

export interface PortOptions {
  /** 0 takes a free one. */
  readonly port: number
  /** '' = none is required, and only this machine may ask. */
  readonly apiKey: string
  readonly revocations: SharedRevocations
  /** What a gateway and the one that replaces it have in common. */
  readonly owner: object
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

interface Opened {
  readonly server: http.Server
  readonly owner: object
  apiKey: string
  handler: http.RequestListener
  uses: number
  readonly listening: Promise<number>
}

/** By port; port 0 by owner. */
// eslint-disable-next-line no-restricted-syntax -- ports belong to the process; clients never name one
const opened = new Map<number | object, Opened>()

/**
 * Serves revocations on a port: on all addresses if a key is required, otherwise on 127.0.0.1 only. During a reload two
 * gateways of a process share the port: the revocations of the later one are served.
 *
 * @throws {FG_ERR_AUTH_REVOKER_PORT}
 */
export async function openPort (options: PortOptions): Promise<OpenPort> {
  const { port, apiKey, revocations, owner } = options
  const handler = createAdminHandler({ revocations, apiKey })
  const name = port === 0 ? owner : port
  let shared = opened.get(name)
  if (shared !== undefined && shared.apiKey !== apiKey && shared.owner !== owner) {
    throw new FG_ERR_AUTH_REVOKER_PORT(String(port), 'another gateway of this process uses it with a different "api_key"')
  }
  // With and without a key it listens on different addresses.
  if (shared !== undefined && (shared.apiKey === '') !== (apiKey === '')) {
    opened.delete(name)
    await closeServer(shared.server)
    shared = undefined
  }
  if (shared === undefined) opened.set(name, shared = open(options, handler))
  else Object.assign(shared, { handler, apiKey })
  shared.uses++
  const { server } = shared
  try {
    const actual = await shared.listening
    return {
      port: actual,
      async close () {
        if (--shared.uses > 0) return
        if (opened.get(name) === shared) opened.delete(name)
        await closeServer(server)
      }
    }
  } catch (error) {
    opened.delete(name)
    throw new FG_ERR_AUTH_REVOKER_PORT(
      String(port),
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'it is already in use: choose another port' : (error as Error).message
    )
  }
}

function open ({ port, apiKey, owner, log }: PortOptions, handler: http.RequestListener): Opened {
  const server = createRawServer(
    'auth/revoker',
    (request, response) => shared.handler(request as http.IncomingMessage, response as Parameters<http.RequestListener>[1]),
    log
  )
  const listening = new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, apiKey === '' ? '127.0.0.1' : undefined, () => { resolve((server.address() as AddressInfo).port) })
  })
  const shared: Opened = { server, owner, apiKey, handler, uses: 0, listening }
  return shared
}

function closeServer (server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => { resolve() })
    server.closeAllConnections()
  })
}
