import { isUtf8 } from 'node:buffer'
import { JsonText, parseExact } from '@floodgate/core'
import { badAnswer } from '../errors.ts'
import type { Decode, Content } from './content.ts'
import { endOfFirstValue } from './first-value.ts'
import { checkJsonBounds } from './json-bounds.ts'
import { isObjectText } from './object-text.ts'
import { isObject } from '../shape/target.ts'
import { toWellFormed } from './well-formed.ts'

/** Up to this many bytes a text is also kept as a string: cheaper to join and to send. */
const SHORT = 4096

/** Creates content from a value; `json` is null if its text cannot be used. */
type Place = (value: unknown, json: Buffer | null, text: string | null) => Content

export interface JsonDecoderOptions {
  /** A list is expected and placed under `collection`. */
  isCollection: boolean
  /** Accepts any value: a list is placed under `collection`, any other value that is not an object under `content`. */
  safe: boolean
  /** The document will be changed: parse it with exact numbers immediately instead of keeping its text. */
  exact: boolean
  /** The document will rarely be inspected: a long one is validated without being parsed. */
  unread: boolean
}

/** Creates the decoder of JSON responses: every value is checked by JSON.parse, and anything after the first one is ignored. */
export function createJsonDecoder ({ isCollection, safe, exact, unread }: JsonDecoderOptions): Decode {
  const place: Place = safe ? placeAny : isCollection ? placeList : placeObject
  if (exact) return (body) => place(readExact(body), null, null)
  const scans = unread && place !== placeList
  return (body) => {
    if (scans && body.length > SHORT && isUtf8(body) && isObjectText(body)) return new JsonText(body, null)
    checkJsonBounds(body)
    const text = body.toString()
    const json = toWellFormed(body, text)
    if (json !== body) return placeFirst(place, json)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return placeFirst(place, json)
    }
    return place(value, json, text.length <= SHORT ? text : null)
  }
}

function placeObject (value: unknown, json: Buffer | null, text: string | null): Content {
  if (value === null) return null
  if (isObject(value)) return json === null ? value : new JsonText(json, value, null, text)
  throw badAnswer(
    'the response of the backend is JSON but not an object: set is_collection for a list, or the encoding safejson for any value'
  )
}

function placeList (value: unknown, json: Buffer | null): Content {
  if (value === null || Array.isArray(value)) return under('collection', value, json)
  throw badAnswer(
    'the response of the backend is JSON but not a list, which is_collection requires; the encoding safejson accepts any value'
  )
}

function placeAny (value: unknown, json: Buffer | null, text: string | null): Content {
  if (isObject(value)) return json === null ? value : new JsonText(json, value, null, text)
  return under(Array.isArray(value) ? 'collection' : 'content', value, json)
}

function under (key: 'collection' | 'content', value: unknown, json: Buffer | null): Content {
  return json === null ? { [key]: value } : JsonText.wrap(key, json, { [key]: value }, key === 'collection' ? json : null)
}

/** Handles a text that was repaired, or that continues after its first value. */
function placeFirst (place: Place, json: Buffer): Content {
  const first = readFirst(json, parseText)
  return place(first.value, first.json, null)
}

function readExact (body: Buffer): unknown {
  checkJsonBounds(body)
  return readFirst(toWellFormed(body), parseExact).value
}

function readFirst (json: Buffer, parse: (json: Buffer) => unknown): { value: unknown, json: Buffer } {
  try {
    return { value: parse(json), json }
  } catch {
    const text = json.toString()
    const end = endOfFirstValue(text)
    if (end < 0 || end === text.length) {
      throw badAnswer(
        json.length === 0 ? 'the response of the backend is empty, not JSON' : 'the response of the backend is not valid JSON'
      )
    }
    const first = Buffer.from(text.slice(0, end))
    try {
      return { value: parse(first), json: first }
    } catch {
      throw badAnswer('the response of the backend is not valid JSON')
    }
  }
}

function parseText (json: Buffer): unknown { return JSON.parse(json.toString()) }
