import Type, { type Static } from 'typebox'

/** One operation of `flatmap_filter`; one of an unknown type does nothing. */
export const FlatmapOperation = Type.Object({
  type: Type.String({ description: '`move`, `append` or `del`' }),
  args: Type.Array(Type.String(), { description: 'Dotted paths: two for `move` and `append`, any number for `del`; `*` stands for every child' })
})
export type FlatmapOperation = Static<typeof FlatmapOperation>

/** `static`: data added to an answer. */
export const StaticSettings = Type.Object({
  data: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Fields to add, over those of the answer; without it nothing happens' })),
  strategy: Type.Optional(Type.String({ default: 'always', description: '`always`, `success`, `errored`, `complete` or `incomplete`; any other is `always`' }))
})
export type StaticSettings = Static<typeof StaticSettings>

/** Namespace `proxy` of an endpoint. */
export const EndpointProxySettings = Type.Object({
  sequential: Type.Optional(Type.Boolean({ default: false, description: 'Asks the backends one after the other; later ones may use fields of earlier answers' })),
  sequential_propagated_params: Type.Optional(Type.Array(Type.String(), { default: [], description: 'Parameters every later backend gets, whether its url_pattern names them or not: `resp0_id`, `resp0`' })),
  static: Type.Optional(StaticSettings),
  flatmap_filter: Type.Optional(Type.Array(FlatmapOperation, { default: [], description: 'Operations on the merged answer; only with two or more backends' })),
  combiner: Type.Optional(Type.String({ default: 'default', description: 'Name of the way to merge; there is one' }))
})
export type EndpointProxySettings = Static<typeof EndpointProxySettings>

/** Namespace `proxy` of a backend. */
export const BackendProxySettings = Type.Object({
  flatmap_filter: Type.Optional(Type.Array(FlatmapOperation, { default: [], description: 'Operations on the answer, in the place of allow, deny and mapping' })),
  shadow: Type.Optional(Type.Boolean({ default: false, description: 'Sends the backend a copy of the request and ignores its answer' })),
  shadow_timeout: Type.Optional(Type.String({ description: 'How long the copy may take, as a Go duration; default: the endpoint\'s timeout' }))
})
export type BackendProxySettings = Static<typeof BackendProxySettings>

/** Namespace `backend/http`. */
export const BackendHttpSettings = Type.Object({
  return_error_code: Type.Optional(Type.Boolean({ default: false, description: 'Answers with the status of the failing backend; only with one backend' })),
  return_error_details: Type.Optional(Type.String({ description: 'Tells a failure under `error_<this name>` in an answer of status 200; switches return_error_code off, even when empty' }))
})
export type BackendHttpSettings = Static<typeof BackendHttpSettings>
