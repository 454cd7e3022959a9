/** Namespace of plugins that see every request. */
export const serverNamespace = 'plugin/http-server'

/** The keys that all plugins of a namespace share. */
export const pluginProperties = {
  name: { type: 'array', items: { type: 'string' }, default: [], description: 'Names of the enabled plugins.' }
} as const
