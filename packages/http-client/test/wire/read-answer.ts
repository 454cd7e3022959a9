import { AnswerReader, bodyCame, headCame } from '../../src/wire/answer-reader.ts'
import type { Reading } from './oracle.ts'

/** Our reading of an answer, and what it says about the connection. */
export interface OwnReading extends Reading {
  readonly isReusable: boolean
  /** Bytes that the reader has taken. */
  readonly taken: number
}

/**
 * Reads an answer, after which the connection ends, in pieces.
 *
 * @param cuts where one piece ends and the next begins, in order
 * @param reader may have read others before
 */
export function readAnswer (text: string, method: string, cuts: readonly number[], reader = new AnswerReader()): OwnReading {
  reader.begin(method)
  const bytes = Buffer.from(text, 'latin1')
  let status = 0
  let fields: [string, string][] = []
  let body = ''
  let taken = 0
  let ok = true
  try {
    let from = 0
    for (const to of [...cuts, bytes.length]) {
      // A copy each time: chunks are moved together in what is read.
      const piece = Buffer.from(bytes.subarray(from, to))
      let at = 0
      while (at < piece.length && !reader.isDone) {
        at = reader.read(piece, at, piece.length)
        if (reader.event === headCame) {
          const head = reader.head!
          status = head.status
          fields = []
          for (let i = 0; i < head.fields.length; i += 2) fields.push([head.fields[i]!.toLowerCase(), head.fields[i + 1]!])
        } else if (reader.event === bodyCame) body += piece.toString('latin1', reader.start, reader.end)
      }
      taken += at
      from = to
      if (reader.isDone) break
    }
    const isWhole = reader.isDone
    ok = reader.finish() === null
    return { ok, status, fields, body, isReusable: isWhole && reader.isReusable, taken }
  } catch {
    return { ok: false, status, fields, body, isReusable: false, taken }
  }
}
