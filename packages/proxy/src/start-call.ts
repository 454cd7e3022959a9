import type { FastifyReply } from 'fastify'
import { Call } from '@floodgate/core'
import { clientGone } from './backend-fault.ts'

/**
 * Starts the call of a client's request: it ends early after `timeout` ms (0 = no deadline), or when the client goes
 * away, and in good order after the last byte of the answer.
 */
export function startCall (reply: Pick<FastifyReply, 'raw'>, timeout: number): Call {
  const call = new Call(timeout)
  const response = reply.raw
  // The one event that comes in every case. An answer that is ended has nothing left to call for, delivered or not.
  response.on('close', () => {
    if (response.writableEnded) call.finish()
    else call.cancel(clientGone())
  })
  return call
}

/** Whether nobody is left to answer to. */
export function isGone ({ reason }: Call): boolean {
  return reason !== null && reason.kind === 'abort'
}
