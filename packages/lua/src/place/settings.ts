/** Shapes of the namespaces of Lua: KrakenD page "Transformations using Lua scripting". */
export const endpointNamespace = 'modifier/lua-endpoint'
export const proxyNamespace = 'modifier/lua-proxy'
export const backendNamespace = 'modifier/lua-backend'

const common = {
  sources: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description: 'Files with Lua, run before the code, as if they were one; read at the start.'
  },
  md5: {
    type: 'object',
    additionalProperties: { type: 'string', pattern: '^[\\da-fA-F]{32}$' },
    description: 'MD5 checksums of files of `sources`, in hexadecimal: a file with another one prevents the start.'
  },
  live: { type: 'boolean', default: false, description: 'Reads the files of `sources` again for each request. Not for production.' },
  allow_open_libs: {
    type: 'boolean',
    default: false,
    description: 'Whether scripts have the libraries `string`, `math`, `coroutine` and the parts of `os` without files and processes.'
  }
} as const

export const EndpointLuaSettings = {
  type: 'object',
  properties: {
    ...common,
    pre: { type: 'string', description: 'Lua that runs before the request is handled; it has the request as `ctx.load()`.' },
    post: { type: 'string', description: 'No effect here.' },
    skip_next: { type: 'boolean', description: 'No effect here.' }
  }
} as const

export const LuaSettings = {
  type: 'object',
  properties: {
    ...common,
    pre: { type: 'string', description: 'Lua that runs before the request goes on; it has the request as `request.load()`.' },
    post: { type: 'string', description: 'Lua that runs when the response has come; it has the response as `response.load()`.' },
    skip_next: { type: 'boolean', default: false, description: 'Does not pass the request on: `post` makes the response.' }
  }
} as const

export interface LuaSettings {
  readonly sources?: readonly string[]
  readonly pre?: string
  readonly post?: string
  readonly live?: boolean
  readonly allow_open_libs?: boolean
  readonly md5?: Readonly<Record<string, string>>
  readonly skip_next?: boolean
}
