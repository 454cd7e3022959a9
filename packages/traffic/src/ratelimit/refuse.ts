import type { FastifyReply, FastifyRequest } from 'fastify'

/** Answers a request that is over a limit: a status and nothing else. */
export function refuse (request: FastifyRequest, reply: FastifyReply, status: 429 | 503): void {
  // A body that nobody will read leaves the connection unusable (RFC 9112, section 9.6).
  if (bringsBody(request)) reply.header('connection', 'close')
  reply.code(status).send()
}

function bringsBody ({ raw }: FastifyRequest): boolean {
  if (raw.complete || raw.httpVersionMajor !== 1) return false
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers
  return encoding !== undefined || (length !== undefined && length !== '0')
}
