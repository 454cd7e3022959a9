import type { FeatureSchema } from '@floodgate/core'
import type { Level } from '@floodgate/settings'
import type { JsonSchema } from '../schema/strict-schema.ts'
import { mergePlugins } from './merge-plugins.ts'
import { findTranslation } from './translate-plugins.ts'
import { translations } from './translations.ts'

const levels: readonly Level[] = ['service', 'endpoint', 'backend']

/** Of plugin namespaces, with keys for the settings of such plugins, which are checked by the schema of the other namespace. */
export function acceptPlugins (known: readonly FeatureSchema[]): FeatureSchema[] {
  return describePlugins(known, () => ({})).filter(({ namespace }) => known.some((feature) => feature.namespace === namespace))
}

/** Schemas for editors and docs: of plugin namespaces, also with the plugins that are read as settings of another namespace. */
export function describePlugins (
  known: readonly FeatureSchema[],
  describe: (schema: JsonSchema, today: string) => JsonSchema = (schema, today) => ({ ...schema, description: `Old name: use ${today}.` })
): FeatureSchema[] {
  const merged = mergePlugins(known)
  const features = new Map(merged.map((feature) => [feature.namespace, feature]))
  const described = new Map(features)
  for (const translation of translations) {
    const { namespace, plugin, target, today, schema } = translation
    const before = described.get(namespace)
    const schemas = { ...before?.schemas } as Partial<Record<Level, JsonSchema>>
    for (const level of levels) {
      if (findTranslation(namespace, plugin, level, { features }) === null) continue
      const of = schemas[level] ?? { type: 'object', properties: { name: { type: 'string', description: 'Name of the plugin.' } } }
      // It accepts any key already.
      if (of['properties'] === undefined) continue
      const own = (schema ?? features.get(target)!.schemas[level]) as JsonSchema
      schemas[level] = {
        ...of,
        properties: { ...of['properties'] as JsonSchema, [plugin]: describe(own, today) }
      }
    }
    if (Object.keys(schemas).length > 0) described.set(namespace, { ...before, namespace, schemas } as FeatureSchema)
  }
  return [...described.values()]
}
