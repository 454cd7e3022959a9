import type { FastifyReply } from 'fastify'
import { Call } from '@floodgate/core'
import { clientGone } from './exchange/backend-fault.ts'

/**
 * Starts the call of a client's request: it ends early after `timeout` ms (0 = no deadline), or when the client
 * disconnects, and successfully after the last byte of the response.
 */
export function startCall (reply: Pick<FastifyReply, 'raw'>, timeout: number): Call {
  const call = new Call(timeout)
  const response = reply.raw
  // Always emitted once the response has its socket. A response that has ended needs no further calls, delivered or
  // not.
  response.on('close', () => {
    if (response.writableEnded) call.finish()
    else call.cancel(clientGone())
  })
  // A response that waits for another one of its connection (pipelining) has no socket, and would not notice that the
  // client disconnects.
  if (response.socket === null && response.req !== undefined) endWithConnection(call, response)
  return call
}

function endWithConnection (call: Call, response: FastifyReply['raw']): void {
  const { socket } = response.req
  if (socket.destroyed) { call.cancel(clientGone()); return }
  const leave = (): void => { call.cancel(clientGone()) }
  // One listener for each waiting request of a pipelining client.
  socket.setMaxListeners(0)
  socket.once('close', leave)
  response.once('finish', () => { socket.off('close', leave) })
}

/** Returns whether the call ended because its request is invalid, for example because its body is too large. */
export function isRefused ({ reason }: Call): boolean {
  return reason !== null && reason.kind === 'request'
}

/** Returns whether the client has disconnected. */
export function isGone ({ reason }: Call): boolean {
  return reason !== null && reason.kind === 'abort'
}
