import { JsonText, parseExact } from '@floodgate/core'
import { badAnswer } from '../errors.ts'
import type { Decode, Content } from './create-decoder.ts'
import { endOfFirstValue } from './first-value.ts'
import { toWellFormed } from './well-formed.ts'

type Data = Record<string, unknown>

export interface JsonDecoderOptions {
  /** A list is expected, and put under `collection`. */
  isCollection: boolean
  /** Takes any value: a list goes under `collection`, anything else that is no object under `content`. */
  safe: boolean
  /** The document will be changed: read it exactly at once instead of keeping its text. */
  exact: boolean
}

/** Creates the decoder of JSON answers: every value is checked by JSON.parse, and what follows the first one is ignored. */
export function createJsonDecoder ({ isCollection, safe, exact }: JsonDecoderOptions): Decode {
  const place = safe ? placeAny : isCollection ? placeList : placeObject
  return exact ? (body) => place(read(body, parseExact).value, null) : (body) => { const { value, json } = read(body, parseText); return place(value, json) }
}

function placeObject (value: unknown, json: Buffer | null): Content {
  if (value === null) return null
  if (isObject(value)) return json === null ? value : new JsonText(json, value)
  throw badAnswer('the answer of the backend is JSON, but no object: is_collection takes a list, the encoding safejson anything')
}

function placeList (value: unknown, json: Buffer | null): Content {
  if (value === null || Array.isArray(value)) return under('collection', value, json)
  throw badAnswer('the answer of the backend is JSON, but no list: is_collection wants one, the encoding safejson takes anything')
}

function placeAny (value: unknown, json: Buffer | null): Content {
  if (isObject(value)) return json === null ? value : new JsonText(json, value)
  return under(Array.isArray(value) ? 'collection' : 'content', value, json)
}

function under (key: 'collection' | 'content', value: unknown, json: Buffer | null): Content {
  return json === null ? { [key]: value } : JsonText.wrap(key, json, value, key === 'collection' ? json : null)
}

function read (body: Buffer, parse: (json: Buffer) => unknown): { value: unknown, json: Buffer } {
  const json = toWellFormed(body)
  try {
    return { value: parse(json), json }
  } catch (error) {
    const text = json.toString()
    const end = endOfFirstValue(text)
    if (end < 0 || end === text.length) throw badAnswer(json.length === 0 ? 'the answer of the backend is empty, not JSON' : 'the answer of the backend is not JSON')
    const first = Buffer.from(text.slice(0, end))
    try {
      return { value: parse(first), json: first }
    } catch {
      throw badAnswer('the answer of the backend is not JSON')
    }
  }
}

function parseText (json: Buffer): unknown { return JSON.parse(json.toString()) }

function isObject (value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
