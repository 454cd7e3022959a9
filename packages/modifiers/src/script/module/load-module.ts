import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { asError } from '@floodgate/core'
import { readRegularFile } from '@floodgate/tls'
import { placeInStack } from './error-place.ts'

/** Largest module, in bytes: 1 MiB. */
const maxModuleBytes = 1024 * 1024

/** Longest time that loading a module takes, with its top-level `await`, in ms. */
const maxLoadTime = 10_000

/**
 * Reads the source of a module.
 *
 * @throws {Error} it cannot be read; the message says why
 */
export function readModule (file: string): string {
  try {
    return readRegularFile(file, maxModuleBytes).toString()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(code === 'ENOENT' ? 'there is no such file' : message, { cause: error })
  }
}

/**
 * Runs a module and returns its default export. A source that has changed since it was last run is run again: its
 * address contains a hash of the source. What it imports itself is not.
 *
 * @param most longest time in ms; default 10 s
 * @throws {Error} it cannot be run, takes too long, or has no default export; the message says why, with the line
 */
export async function runModule (file: string, source: string, most = maxLoadTime): Promise<unknown> {
  const address = pathToFileURL(file)
  address.searchParams.set('floodgate', createHash('sha256').update(source).digest('hex').slice(0, 12))
  const loaded = await within(import(address.href) as Promise<{ default?: unknown }>, file, most)
  if (!('default' in loaded)) throw new Error('it has no default export')
  return loaded.default
}

/** @returns what was loaded, unless that takes too long */
async function within <Value> (loading: Promise<Value>, file: string, most: number): Promise<Value> {
  let timer
  try {
    return await Promise.race([loading, new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => { reject(new Error(`it had not been loaded after ${most} ms`)) }, most)
    })])
  } catch (thrown) {
    const error = asError(thrown)
    const place = placeInStack(error, file)
    throw new Error(`${place === null ? '' : `${place}: `}${error.message}`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
