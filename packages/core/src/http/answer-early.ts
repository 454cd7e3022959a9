import type { FastifyReply, FastifyRequest } from 'fastify'

/** Answers a request that is not processed further, without waiting for its body. */
export function answerEarly (request: FastifyRequest, reply: FastifyReply, status: number, body?: Buffer): void {
  // An unread body makes the connection unusable (RFC 9112, section 9.6).
  if (bringsBody(request)) reply.header('connection', 'close')
  reply.code(status).send(body)
}

function bringsBody ({ raw }: FastifyRequest): boolean {
  if (raw.complete || raw.httpVersionMajor !== 1) return false
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers
  return encoding !== undefined || (length !== undefined && length !== '0')
}
