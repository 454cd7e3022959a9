import type { Ajv } from 'ajv'
import { pointerSteps } from '@floodgate/core'
import { createAjv } from './create-ajv.ts'
import { draftNames, type Draft } from './draft.ts'
import { originPath, within, type Document } from './documents.ts'
import { SchemaProblem } from './schema-problem.ts'

// eslint-disable-next-line no-restricted-syntax -- by version, made when first needed, at boot
const validates = new Map<Draft, Ajv>()

/**
 * Validates a schema against the meta-schema of its version.
 *
 * @param embedded parts with another version, which are validated separately
 * @throws {SchemaProblem} it is invalid; reported at the deepest place
 */
export function checkBySchemaOfSchemas ({ value: whole, draft, origin, url }: Document, embedded: readonly unknown[] = []): void {
  if (url.startsWith('http')) return
  const ajv = validates.get(draft) ?? createAjv(draft, { strict: false, logger: false, validateFormats: false, allErrors: true })
  validates.set(draft, ajv)
  const value = embedded.length === 0 ? whole : without(whole, embedded)
  const validated = ajv.validate(draftNames[draft].url.replace(/#$/, ''), value)
  if (validated === true) return
  const errors = (ajv.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length)
  const { instancePath, message, params } = errors[0]!
  const path = pointerSteps(instancePath, value)
  const allowed = 'allowedValues' in params
    ? `: ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`
    : ''
  throw new SchemaProblem(
    originPath(origin, ...path),
    within(
      origin,
      `is not a schema of ${draftNames[draft].name}: ${origin.inFile === null || instancePath === '' ? '' : `${instancePath} `}${message ?? 'does not fit'}${allowed}`
    )
  )
}

/** Returns a copy in which these parts accept anything. */
function without (whole: unknown, parts: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(whole, (_, item: unknown) => item !== whole && parts.includes(item) ? {} : item))
}
