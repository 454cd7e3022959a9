/** Shapes of this package's namespaces: plain JSON Schemas, because loading a schema builder would cost a third of a start. */
import type { Static } from 'typebox'

const flag = { type: 'boolean', default: false } as const
const text = { type: 'string' } as const

/** One operation of `flatmap_filter`; one of an unknown type does nothing. */
export const FlatmapOperation = {
  type: 'object',
  required: ['type', 'args'],
  properties: {
    type: { ...text, description: '`move`, `append` or `del`' },
    args: {
      type: 'array',
      items: text,
      description: 'Dotted paths: two for `move` and `append`, any number for `del`; `*` matches every child'
    }
  }
} as const
export type FlatmapOperation = Static<typeof FlatmapOperation>

const operations = { type: 'array', items: FlatmapOperation, default: [] } as const

/** `static`: data added to a response. */
export const StaticSettings = {
  type: 'object',
  properties: {
    data: {
      type: 'object',
      additionalProperties: {},
      description: 'Fields to add; they replace those of the response. Without it the namespace has no effect'
    },
    strategy: {
      ...text,
      default: 'always',
      description: '`always`, `success`, `errored`, `complete` or `incomplete`; any other value counts as `always`'
    }
  }
} as const
export type StaticSettings = Static<typeof StaticSettings>

/** Namespace `proxy` of an endpoint. */
export const EndpointProxySettings = {
  type: 'object',
  properties: {
    sequential: { ...flag, description: 'Calls the backends one after the other; later ones may use fields of earlier responses' },
    strategy: {
      type: 'string',
      enum: ['parallel', 'sequential', 'fallback'],
      description: '`parallel` (default): all backends at once; `sequential`: as `sequential`, which it replaces; `fallback`: the next backend only when the one before failed'
    },
    sequential_propagated_params: {
      type: 'array',
      items: text,
      default: [],
      description: 'Parameters that every later backend receives, even if its url_pattern does not use them: `resp0_id`, `resp0`'
    },
    static: { ...StaticSettings, description: 'Fixed data that is added to the response' },
    flatmap_filter: { ...operations, description: 'Operations on the merged response; requires two or more backends' },
    max_payload: {
      type: 'integer',
      minimum: 0,
      description: 'Size limit of request bodies in bytes; overrides `router.max_payload`. 0: no limit'
    },
    decompress_gzip: {
      type: 'boolean',
      description: 'Decompresses request bodies with `Content-Encoding: gzip`, up to `max_payload`, otherwise up to `floodgate.max_request_body`; overrides `router.decompress_gzip`'
    },
    combiner: { ...text, default: 'default', needless: true, description: 'Merge strategy; there is only the default' }
  }
} as const
export type EndpointProxySettings = Static<typeof EndpointProxySettings>

/** Namespace `proxy` of a backend. */
export const BackendProxySettings = {
  type: 'object',
  properties: {
    flatmap_filter: { ...operations, description: 'Operations on the response; they replace allow, deny and mapping' },
    shadow: { ...flag, description: 'Sends a copy of the request to the backend and ignores its response' },
    shadow_timeout: { ...text, description: 'Timeout of the copy, as a Go duration. Default: the endpoint\'s timeout' }
  }
} as const
export type BackendProxySettings = Static<typeof BackendProxySettings>

/** Namespace `backend/http`. */
export const BackendHttpSettings = {
  type: 'object',
  properties: {
    return_error_code: { ...flag, description: 'Answers with the status and body of the failed backend; requires a single backend' },
    return_error_details: {
      ...text,
      description: 'Reports a failure under `error_<this name>` in a response with status 200; disables return_error_code, even if it is empty'
    }
  }
} as const
export type BackendHttpSettings = Static<typeof BackendHttpSettings>
