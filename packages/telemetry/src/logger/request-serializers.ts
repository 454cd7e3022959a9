import type { FastifyReply, FastifyRequest } from 'fastify'

/** Serializers of requests and replies in log lines, as in Fastify's own logger. */
export const requestSerializers = {
  req: ({ method, url, host, ip, socket }: FastifyRequest) => ({ method, url, host, remoteAddress: ip, remotePort: socket?.remotePort }),
  res: ({ statusCode }: FastifyReply) => ({ statusCode })
}
