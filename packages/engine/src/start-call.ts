import type { FastifyReply } from 'fastify'
import { Call } from '@floodgate/core'
import { clientGone } from './exchange/backend-fault.ts'

/**
 * Starts the call of a client's request: it ends early after `timeout` ms (0 = no deadline), or when the client leaves,
 * and in good order after the last byte of the answer.
 */
export function startCall (reply: Pick<FastifyReply, 'raw'>, timeout: number): Call {
  const call = new Call(timeout)
  const response = reply.raw
  // Comes in every case once the response has its socket. An answer that is ended has nothing left to call for, delivered or not.
  response.on('close', () => {
    if (response.writableEnded) call.finish()
    else call.cancel(clientGone())
  })
  // A response that waits behind another of its connection (pipelining) has none, and would never hear of the client's end.
  if (response.socket === null && response.req !== undefined) endWithConnection(call, response)
  return call
}

function endWithConnection (call: Call, response: FastifyReply['raw']): void {
  const { socket } = response.req
  if (socket.destroyed) { call.cancel(clientGone()); return }
  const leave = (): void => { call.cancel(clientGone()) }
  // One listener for each request that waits: as many as the client has pipelined.
  socket.setMaxListeners(0)
  socket.once('close', leave)
  response.once('finish', () => { socket.off('close', leave) })
}

/** Whether the call ended because its request cannot be served as it is: a body that is too large. */
export function isRefused ({ reason }: Call): boolean {
  return reason !== null && reason.kind === 'request'
}

/** Whether nobody is left to answer to. */
export function isGone ({ reason }: Call): boolean {
  return reason !== null && reason.kind === 'abort'
}
