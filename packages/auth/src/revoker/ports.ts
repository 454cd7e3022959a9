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

interface Opened {
  readonly server: http.Server
  readonly apiKey: string
  handler: http.RequestListener
  uses: number
  readonly listening: Promise<number>
}

// eslint-disable-next-line no-restricted-syntax -- ports belong to the process; clients never name one
const opened = new Map<number, Opened>()

/**
 * Serves revocations on a port: on all addresses if a key is required, otherwise on 127.0.0.1 only. During a reload two
 * gateways of a process share the port: the revocations of the later one are served.
 *
 * @throws {FG_ERR_AUTH_REVOKER_PORT}
 */
export async function openPort (port: number, apiKey: string, revocations: SharedRevocations, log: FastifyBaseLogger): Promise<OpenPort> {
  const handler = createAdminHandler({ revocations, apiKey })
  let shared = port === 0 ? undefined : opened.get(port)
  if (shared !== undefined && shared.apiKey !== apiKey) {
    throw new FG_ERR_AUTH_REVOKER_PORT(String(port), 'another gateway of this process uses it with a different "api_key"')
  }
  if (shared === undefined) shared = open(port, apiKey, handler, log)
  else shared.handler = handler
  shared.uses++
  const { server } = shared
  try {
    const actual = await shared.listening
    return {
      port: actual,
      async close () {
        if (--shared.uses > 0) return
        if (opened.get(port) === shared) opened.delete(port)
        await new Promise<void>((resolve) => {
          server.close(() => { resolve() })
          server.closeAllConnections()
        })
      }
    }
  } catch (error) {
    opened.delete(port)
    throw new FG_ERR_AUTH_REVOKER_PORT(
      String(port),
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'it is already in use: choose another port' : (error as Error).message
    )
  }
}

function open (port: number, apiKey: string, handler: http.RequestListener, log: FastifyBaseLogger): Opened {
  const server = createRawServer(
    'auth/revoker',
    (request, response) => shared.handler(request as http.IncomingMessage, response as Parameters<http.RequestListener>[1]),
    log
  )
  const listening = new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, apiKey === '' ? '127.0.0.1' : undefined, () => { resolve((server.address() as AddressInfo).port) })
  })
  const shared: Opened = { server, apiKey, handler, uses: 0, listening }
  if (port !== 0) opened.set(port, shared)
  return shared
}
