import type { FastifyReply, FastifyRequest } from 'fastify'

/** What lines about an error tell of its request and reply, as Fastify's own logger does. */
export const requestSerializers = {
  req: ({ method, url, host, ip, socket }: FastifyRequest) => ({ method, url, host, remoteAddress: ip, remotePort: socket?.remotePort }),
  res: ({ statusCode }: FastifyReply) => ({ statusCode })
}
