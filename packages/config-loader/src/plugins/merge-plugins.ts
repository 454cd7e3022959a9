import type { FeatureSchema } from '@floodgate/core'

type Schemas = FeatureSchema['schemas']
interface ObjectSchema { readonly properties?: Readonly<Record<string, unknown>> }

/** Merges features that implement plugins of one namespace, each with the schema of its own settings, to one of all. */
export function mergePlugins (features: readonly FeatureSchema[]): FeatureSchema[] {
  const merged = new Map<string, FeatureSchema>()
  for (const feature of features) {
    const before = merged.get(feature.namespace)
    if (before === undefined) merged.set(feature.namespace, feature)
    else if (before.plugins === undefined || feature.plugins === undefined) merged.set(feature.namespace, feature)
    else {
      merged.set(feature.namespace, {
        ...before,
        plugins: [...before.plugins, ...feature.plugins],
        schemas: mergeSchemas(before.schemas, feature.schemas)
      })
    }
  }
  return [...merged.values()]
}

function mergeSchemas (before: Schemas, schemas: Schemas): Schemas {
  const merged = { ...before } as Record<string, ObjectSchema>
  for (const [level, schema] of Object.entries(schemas) as [string, ObjectSchema][]) {
    const other = merged[level]
    merged[level] = other === undefined ? schema : { ...other, ...schema, properties: { ...other.properties, ...schema.properties } }
  }
  return merged as Schemas
}
