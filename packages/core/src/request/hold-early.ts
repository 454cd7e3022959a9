import type { FastifyRequest } from 'fastify'
import type { Fault } from '../faults/errors.ts'
import type { ExtraConfig } from '../model/model.ts'
import { Call } from './call.ts'
import { holdBody } from './hold-body.ts'
import { defaultMaxHeldBody } from './max-held-body.ts'
import type { Body } from './message.ts'
import { CoreRequest } from './request.ts'

type Raw = FastifyRequest['raw'] & { rawBody?: unknown, stream?: { endAfterHeaders?: boolean } }

/**
 * Reads the body of a request whole before the request is handled, and leaves it in `rawBody` of Node's request, where
 * the engine finds it. Null when there is none. Rejects with a Fault: 413, 400, or the end of `timeout`.
 *
 * @param limit most bytes to hold
 * @param timeout ms that the body may take
 * @param broken creates the fault for a body that ends early
 */
export function holdEarly (
  request: FastifyRequest,
  limit: number,
  timeout: number,
  broken: (cause: unknown) => Fault
): Promise<Buffer | null> | null {
  const raw = request.raw as Raw
  // A request that is routed a second time was read the first time.
  if (Buffer.isBuffer(raw.rawBody)) return Promise.resolve(raw.rawBody)
  if (!hasBody(raw) || raw.readableDidRead || raw.destroyed) return null
  return new Promise((resolve, reject) => {
    const call = new Call(timeout)
    const core = new CoreRequest(request, call, raw.method!, {}, {}, null, raw as unknown as Body)
    core.maxHeldBody = limit
    call.listen(reject)
    Promise.resolve(holdBody(core, broken)).then(() => {
      const body = core.body as Buffer | null ?? Buffer.alloc(0)
      raw.rawBody = body
      resolve(body)
    }, reject).finally(() => { call.finish() })
  })
}

/** How much of a body may be held: `floodgate.max_request_body`, and what `max_payload` lets in. */
export function heldLimit (...extras: readonly ExtraConfig[]): number {
  const first = (namespace: string, key: string): number | undefined => {
    for (const extra of extras) {
      const value = (extra[namespace] as Readonly<Record<string, unknown>> | undefined)?.[key]
      if (typeof value === 'number' && value >= 0) return value
    }
    return undefined
  }
  const payload = first('proxy', 'max_payload') ?? first('router', 'max_payload') ?? 0
  return Math.min(first('floodgate', 'max_request_body') ?? defaultMaxHeldBody, payload === 0 ? Infinity : payload)
}

function hasBody ({ headers, httpVersionMajor, stream }: Raw): boolean {
  const length = headers['content-length']
  if (length !== undefined) return length !== '0'
  return headers['transfer-encoding'] !== undefined || (httpVersionMajor === 2 && stream?.endAfterHeaders !== true)
}
