import type { KeyObject } from 'node:crypto'
import {
  Fault, peekData, unmark, type CoreRequest, type Endpoint, type Feature, type FeatureContext, type Step,
  type StepResponse
} from '@floodgate/core'
import { writeGoJson } from '@floodgate/go/json'
import { nothing, signFault } from '../errors.ts'
import type { Algorithm } from '../jwt/algorithms.ts'
import { isSecureSource } from '../keys/key-client.ts'
import type { Key } from '../keys/key-ring.ts'
import type { KeyPolicy } from '../keys/key-source.ts'
import { keySourcesOf } from '../keys/key-sources.ts'
import { namespace, type SignerSettings } from './settings.ts'
import { createSigning } from './sign-payload.ts'

/** Signing keys are cached like those of a validator with `cache`. */
const policy: KeyPolicy = { strategy: 'kid', cache: true, maxAge: 900_000, cooldown: 0 }

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  async setup (context) {
    const sources = keySourcesOf(context)
    for (const { extra, place } of context.model.endpoints) {
      const settings = extra[namespace] as SignerSettings | undefined
      if (settings === undefined) continue
      const at = [...place, 'extra_config', namespace]
      await sources.prepare(settings, at)
      if (!isSecureSource(settings, context.model)) {
        context.warning(at, 'keys from a file or over plain HTTP are not used without "disable_jwk_security": every request fails')
      }
      const listed = sources.ring(settings)?.find(settings.kid, 'kid')
      if (listed !== undefined && findSigningKey(listed, settings) === null) {
        context.problem([...at, 'kid'], `the file has no private key of this id for ${settings.alg}`)
      }
    }
  },
  endpoint: (settings: SignerSettings, next, endpoint, context) => createStep(settings, next, endpoint, context)
}

function createStep (settings: SignerSettings, next: Step, endpoint: Endpoint, context: FeatureContext): Step {
  const source = isSecureSource(settings, context.model) ? keySourcesOf(context).get(settings) : null
  const sign = createSigning(settings.alg, settings.kid, settings.full === true)
  const names = [...new Set(settings.keys_to_sign)]

  async function findKey (): Promise<KeyObject> {
    const key = source === null ? null : findSigningKey(await source.find(settings.kid, policy), settings)
    if (key === null) throw signFault(`auth/signer: no private key ${JSON.stringify(settings.kid)} for ${settings.alg}`)
    return key
  }

  return async function signFields (request) {
    const response = await answerOrFault(next, request)
    const seen = peekData(response)
    const fields = seen === null ? [] : names.filter((name) => Object.hasOwn(seen, name) && isObject(seen[name]))
    if (fields.length === 0) return response
    const key = await findKey()
    const data = response.data!
    try {
      await Promise.all(fields.map(async (name) => { data[name] = await sign(unmark(writeGoJson(data[name])), key) }))
    } catch (error) {
      throw signFault(`auth/signer: ${(error as Error).message}`, error)
    }
    return response
  }
}

/** The reference answers 400 if any backend of a signing endpoint fails, whatever the others return. */
async function answerOrFault (next: Step, request: CoreRequest): Promise<StepResponse> {
  let fault: unknown
  try {
    const response = await next(request)
    if (response.fault === null) return response
    fault = response.fault
  } catch (error) {
    fault = error
  }
  if (!(fault instanceof Fault) || fault.kind === 'abort') throw fault
  const { kind, code, message, detail } = fault
  throw new Fault(kind, code, message, { status: 400, answer: nothing, detail, cause: fault })
}

function findSigningKey (keys: readonly Key[], { alg }: SignerSettings): KeyObject | null {
  return keys.find(({ algorithms, signing }) => signing !== null && algorithms.includes(alg as Algorithm))?.signing ?? null
}

function isObject (value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
