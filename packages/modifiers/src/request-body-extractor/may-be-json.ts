import type { FastifyRequest } from 'fastify'

/** Types of bodies that are certainly not JSON: they are not held. */
const OTHER_TYPES = /^\s*(?:multipart|image|audio|video|font)\/|^\s*application\/(?:octet-stream|pdf|zip|gzip)\b/i

/** Whether the body of a request may be JSON that can be read: not coded, and not of a type that says otherwise. */
export function mayBeJson ({ headers }: FastifyRequest): boolean {
  const { 'content-type': type, 'content-encoding': coding } = headers
  return (coding === undefined || coding.trim().toLowerCase() === 'identity') && (type === undefined || !OTHER_TYPES.test(type))
}
