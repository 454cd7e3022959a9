import { randomBytes } from 'node:crypto'
import { drainBody } from '@floodgate/core'
import { martianFault } from '../../errors.ts'
import type { Fields } from '../fields.ts'
import { replaceBody, valuesOf } from '../message-headers.ts'
import type { Modifier } from '../modifier.ts'

/** `body.Modifier`: a fixed body; for responses, the parts that the request's `Range` selects. */
export function bodyModifier (fields: Fields): Modifier {
  const type = fields.text('contentType')
  const encoded = fields.text('body')
  const body = Buffer.from(encoded, 'base64')
  if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(encoded.replace(/[\r\n]/g, ''))) {
    fields.problem('body', 'must be base64')
  }
  return {
    request ({ request, headers }) {
      drainBody(request.body)
      headers['content-type'] = type
      delete headers['content-encoding']
      request.body = body
    },
    response (response, call) {
      response.headers['content-type'] = type
      const range = valuesOf(call.headers, 'range')[0] ?? ''
      if (range.startsWith('bytes=')) {
        sendRanges(response, range, body, type)
        return
      }
      delete response.headers['content-encoding']
      replaceBody(response, body)
    }
  }
}

function sendRanges (response: Parameters<typeof replaceBody>[0], range: string, body: Buffer, type: string): void {
  const ranges = range.slice('bytes='.length).split(',').map((part) => readRange(part.trim(), body.length))
  if (ranges.some((part) => part === null)) {
    response.status = 416
    replaceBody(response, Buffer.alloc(0))
    return
  }
  const parts = ranges as { start: number, end: number }[]
  response.status = 206
  delete response.headers['content-encoding']
  const only = parts.length === 1 ? parts[0]! : null
  if (only !== null) {
    response.headers['content-range'] = `bytes ${only.start}-${only.end}/${body.length}`
    replaceBody(response, body.subarray(only.start, only.end + 1))
    return
  }
  if (parts.length > 100) throw martianFault('body.Modifier: too many ranges')
  const boundary = randomBytes(30).toString('hex')
  const pieces = parts.flatMap(({ start, end }) => [
    Buffer.from(`--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: bytes ${start}-${end}/${body.length}\r\n\r\n`),
    body.subarray(start, end + 1),
    Buffer.from('\r\n')
  ])
  response.headers['content-type'] = `multipart/byteranges; boundary=${boundary}`
  replaceBody(response, Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]))
}

/** Parses one range, both ends included; null if it is invalid for this body. */
function readRange (text: string, length: number): { start: number, end: number } | null {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(text) ?? []
  if (first === '' && last === '') return null
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first)
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1)
  return start <= end ? { start, end } : null
}
