import { decode, encode, toBinary } from '@floodgate/go/text'
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { CallError } from '../../errors.ts'
import { decodeBase32, decodeBase64, encodeBase32 } from '../../texts/base-n.ts'
import { STRING } from '../../evaluate/values.ts'
import { define, text, type FunctionTable, type GoFunction } from '../definition.ts'

const AES_BLOCK = 16
const ADLER = 65_521

/** sprig's functions on bytes: base64 and base32, digests, AES. */
export const encodingFunctions: FunctionTable = {
  b64enc: define([text], STRING, ([value]) => encode(value).toString('base64')),
  b64dec: define([text], STRING, ([value]) => decodedOrProblem(decodeBase64(toBinary(value)))),
  b32enc: define([text], STRING, ([value]) => encodeBase32(encode(value))),
  b32dec: define([text], STRING, ([value]) => decodedOrProblem(decodeBase32(toBinary(value)))),
  sha1sum: digest('sha1'),
  sha256sum: digest('sha256'),
  sha512sum: digest('sha512'),
  adler32sum: define([text], STRING, ([value]) => adler32(encode(value))),
  encryptAES: define([text, text], STRING, ([password, value]) => encryptAes(password, value)),
  decryptAES: define([text, text], STRING, ([password, value]) => decryptAes(password, value))
}

/** A problem is the result here, not an error: so says sprig. */
function decodedOrProblem (result: Buffer | string): string {
  return typeof result === 'string' ? result : decode(result)
}

function digest (algorithm: string): GoFunction {
  return define([text], STRING, ([value]) => createHash(algorithm).update(encode(value)).digest('hex'))
}

function adler32 (bytes: Uint8Array): string {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % ADLER
    b = (b + a) % ADLER
  }
  return String(b * 65_536 + a)
}

/** The password is the key itself, cut or filled with zeros to 32 bytes. */
function keyOf (password: string): Buffer {
  const key = Buffer.alloc(32)
  encode(password).copy(key)
  return key
}

function encryptAes (password: string, value: string): string {
  if (value === '') return ''
  const iv = randomBytes(AES_BLOCK)
  const cipher = createCipheriv('aes-256-cbc', keyOf(password), iv)
  return Buffer.concat([iv, cipher.update(encode(value)), cipher.final()]).toString('base64')
}

function decryptAes (password: string, value: string): string {
  if (value === '') return ''
  const bytes = decodeBase64(toBinary(value))
  if (typeof bytes === 'string') throw new CallError(bytes)
  const capacity = Math.floor(value.length / 4) * 3
  if (capacity < AES_BLOCK) throw new CallError(`runtime error: slice bounds out of range [:${AES_BLOCK}] with capacity ${capacity}`)
  if (bytes.length < AES_BLOCK) throw new CallError(`runtime error: slice bounds out of range [${AES_BLOCK}:${bytes.length}]`)
  const content = bytes.subarray(AES_BLOCK)
  if (content.length === 0) throw new CallError('runtime error: index out of range [-1]')
  if (content.length % AES_BLOCK !== 0) throw new CallError('crypto/cipher: input not full blocks')
  const decipher = createDecipheriv('aes-256-cbc', keyOf(password), bytes.subarray(0, AES_BLOCK)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(content), decipher.final()])
  const length = plain.length - plain.at(-1)!
  if (length < 0) throw new CallError(`runtime error: slice bounds out of range [:${length}]`)
  return decode(plain.subarray(0, length))
}
