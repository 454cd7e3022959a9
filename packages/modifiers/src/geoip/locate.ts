import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { Reader, type CityResponse } from 'mmdb-lib'
import { readRegularFile } from '@floodgate/tls'
import { describeCity } from './describe-city.ts'

/** Returns the text of the header for a client's address; of one that the database does not have, with empty members. */
export type Locate = (address: string) => string

/** Size limit of a database in bytes. */
const MOST_BYTES = 512 * 1024 * 1024
/** Addresses whose text is kept. */
const KEPT = 1000
const NOT_ASCII = /[^\x20-\x7e]/g

/**
 * Reads a City database.
 *
 * @throws {Error} with the reason: the file cannot be read, or is not a database of cities
 */
export function readDatabase (path: string): Locate {
  const reader = new Reader<CityResponse>(readRegularFile(resolve(path), MOST_BYTES))
  const { databaseType } = reader.metadata
  if (!/city|enterprise/i.test(databaseType)) throw new Error(`it is a database of the type ${JSON.stringify(databaseType)}: a City database is needed`)
  const known = new Map<string, string>()
  return function locate (address) {
    let text = known.get(address)
    if (text === undefined) {
      text = toHeader(describeCity(isIP(address) === 0 ? null : reader.get(address)))
      if (known.size >= KEPT) known.delete(known.keys().next().value!)
      known.set(address, text)
    }
    return text
  }
}

/** As JSON with escapes, because headers have no other characters. */
function toHeader (value: object): string {
  return JSON.stringify(value).replace(NOT_ASCII, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
