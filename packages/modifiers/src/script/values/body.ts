import { ScriptError } from '../errors.ts'

/** What a script reads of a body. */
export abstract class ReadableBody {
  abstract bytes (): Promise<Buffer>

  async text (): Promise<string> {
    return (await this.bytes()).toString()
  }

  async json (): Promise<any> {
    const text = await this.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw Object.assign(new ScriptError(400), { message: 'the body is not JSON', cause })
    }
  }
}

/**
 * Takes a body that a script has written; null: none.
 *
 * @throws {TypeError} it is neither text nor bytes
 */
export function takeBody (body: unknown): Buffer | null {
  if (body === null || body === undefined) return null
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  throw new TypeError('setBody: the body must be a string, bytes or null; write JSON with JSON.stringify()')
}
