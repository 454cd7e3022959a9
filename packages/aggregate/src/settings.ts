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
    args: { type: 'array', items: text, description: 'Dotted paths: two for `move` and `append`, any number for `del`; `*` stands for every child' }
  }
} as const
export type FlatmapOperation = Static<typeof FlatmapOperation>

const operations = { type: 'array', items: FlatmapOperation, default: [] } as const

/** `static`: data added to an answer. */
export const StaticSettings = {
  type: 'object',
  properties: {
    data: { type: 'object', additionalProperties: {}, description: 'Fields to add, over those of the answer; without it nothing happens' },
    strategy: { ...text, default: 'always', description: '`always`, `success`, `errored`, `complete` or `incomplete`; any other is `always`' }
  }
} as const
export type StaticSettings = Static<typeof StaticSettings>

/** Namespace `proxy` of an endpoint. */
export const EndpointProxySettings = {
  type: 'object',
  properties: {
    sequential: { ...flag, description: 'Asks the backends one after the other; later ones may use fields of earlier answers' },
    strategy: { type: 'string', enum: ['parallel', 'sequential', 'fallback'], description: '`parallel` (default): all backends at once; `sequential`: as `sequential`, which it replaces; `fallback`: the next backend only when the one before failed' },
    sequential_propagated_params: { type: 'array', items: text, default: [], description: 'Parameters every later backend gets, whether its url_pattern names them or not: `resp0_id`, `resp0`' },
    static: StaticSettings,
    flatmap_filter: { ...operations, description: 'Operations on the merged answer; only with two or more backends' },
    max_payload: { type: 'integer', minimum: 0, description: 'Size limit of request bodies in bytes, in the place of `router.max_payload`; 0 = none' },
    combiner: { ...text, default: 'default', needless: true, description: 'Name of the way to merge; there is one' }
  }
} as const
export type EndpointProxySettings = Static<typeof EndpointProxySettings>

/** Namespace `proxy` of a backend. */
export const BackendProxySettings = {
  type: 'object',
  properties: {
    flatmap_filter: { ...operations, description: 'Operations on the answer, in the place of allow, deny and mapping' },
    shadow: { ...flag, description: 'Sends the backend a copy of the request and ignores its answer' },
    shadow_timeout: { ...text, description: 'How long the copy may take, as a Go duration; default: the endpoint\'s timeout' }
  }
} as const
export type BackendProxySettings = Static<typeof BackendProxySettings>

/** Namespace `backend/http`. */
export const BackendHttpSettings = {
  type: 'object',
  properties: {
    return_error_code: { ...flag, description: 'Answers with the status of the failing backend; only with one backend' },
    return_error_details: { ...text, description: 'Tells a failure under `error_<this name>` in an answer of status 200; switches return_error_code off, even when empty' }
  }
} as const
export type BackendHttpSettings = Static<typeof BackendHttpSettings>
