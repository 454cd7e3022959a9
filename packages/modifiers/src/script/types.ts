/** What the modules of `floodgate.script` export, and what their functions are given. */
import type { FastifyBaseLogger, FastifyRequest } from 'fastify'

/** What every function gets beside a request or a response. */
export interface ScriptContext<Options = Readonly<Record<string, unknown>>> {
  /** The endpoint as configured; null at the service. */
  readonly endpoint: { readonly method: string, readonly path: string } | null
  /** Claims of the verified token; null without one. */
  readonly claims: Readonly<Record<string, unknown>> | null
  /** `options` of the settings. */
  readonly options: Options
  /** An object for values of one request: what `incoming` or `request` puts there, `response` of the same place finds there. */
  readonly state: Record<string, unknown>
  /** Logger of the client's request. */
  readonly log: FastifyBaseLogger
  /** The client's request as Fastify has it. */
  readonly incoming: FastifyRequest
  /** Aborted when the timeout of the endpoint passes or the client disconnects. */
  readonly signal: AbortSignal
  /** `fetch` with the client settings of the service (its `client_tls`, the forward proxy of the environment) and `signal`. */
  readonly fetch: typeof globalThis.fetch
  /**
   * Creates an error to throw: the request, or this backend's part of it, ends with this status.
   *
   * @param status from 200 to 999
   * @param body for the client, sent whatever the router shows; default: none
   * @param contentType default `text/plain; charset=utf-8`
   */
  error (status: number, body?: string | Uint8Array, contentType?: string): Error
}

/** Header fields by lower-case name; several lines of one name are a list. */
export type ScriptHeaders = Record<string, string | string[]>

/** A body that is read on demand, up to `floodgate.max_request_body` or, of a backend, 8 MiB. */
export interface ScriptBody {
  /** The whole body; empty without one. */
  bytes (): Promise<Buffer>
  text (): Promise<string>
  /** Rejects with an error of status 400 if it is not JSON. */
  json (): Promise<any>
}

/** A request as the client sent it, before headers and query are filtered. */
export interface IncomingScriptRequest extends ScriptBody {
  readonly method: string
  /** Path and query as the client sent them. */
  readonly url: string
  /** The path, decoded. */
  readonly path: string
  /** Path parameters of the endpoint; may be changed. */
  params: Record<string, string>
  /** May be changed. What backends get is still decided by `input_headers`. */
  headers: ScriptHeaders
  /** Query parameters, decoded; may be changed. What backends get is still decided by `input_query_strings`. */
  query: Record<string, string[]>
}

/** A request behind the endpoint's filters, before it goes to backends. */
export interface EndpointScriptRequest extends ScriptBody {
  readonly method: string
  /** Path and query as the client sent them. */
  readonly url: string
  /** The client's path, decoded. */
  readonly path: string
  /** Parameters that `url_pattern` takes (`id`, `JWT.sub`); may be changed. */
  params: Record<string, string>
  /** May be changed: what is added reaches the backends whose own `input_headers` let it in. */
  headers: ScriptHeaders
  /** Query parameters, decoded; may be changed. */
  query: Record<string, string[]>
  /** Replaces the body; null: none. Without a type the Content-Type stays as it is. */
  setBody (body: string | Uint8Array | null, contentType?: string): void
}

/** A request to one backend, with its address. */
export interface BackendScriptRequest extends ScriptBody {
  /** May be changed. */
  method: string
  /** Address that is called, with its query: `http://host/path?a=1`. May be changed, to another host too. */
  url: string
  /** Path that is called, decoded. */
  readonly path: string
  /** The endpoint's parameters. */
  readonly params: Readonly<Record<string, string>>
  /** May be changed. */
  headers: ScriptHeaders
  setBody (body: string | Uint8Array | null, contentType?: string): void
}

/** A response on its way to the client, or to the merge of several. */
export interface ScriptResponse extends ScriptBody {
  /** Status of the response; in a merge that of a backend has no effect. */
  status: number
  /** Of an endpoint with one backend, or with `no-op`, these reach the client. */
  headers: ScriptHeaders
  /** The document, which may be changed or replaced; null with `no-op`. */
  data: Record<string, any> | null
  /** Whether no backend failed. */
  complete: boolean
  /** Replaces the body of a response that passes undecoded (`no-op`). */
  setBody (body: string | Uint8Array | null, contentType?: string): void
}

/** A response that `incoming` or `request` returns: nothing further in is called. */
export interface ScriptAnswer {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** A document, for any output encoding; with `no-op`, and from `incoming`, sent as JSON. */
  readonly data?: Readonly<Record<string, unknown>>
  /** Instead of `data`, for `no-op` and from `incoming`. */
  readonly body?: string | Uint8Array
}

type Maybe <Value> = Value | undefined | void | Promise<Value | undefined | void>

type Incoming <Options> = (request: IncomingScriptRequest, context: ScriptContext<Options>) => Maybe<ScriptAnswer>
type OnResponse <Options> = (response: ScriptResponse, context: ScriptContext<Options>) => Maybe<never>
type OnRequest <Request, Options> = (request: Request, context: ScriptContext<Options>) => Maybe<ScriptAnswer>

/** The default export of a module that the service names, or its function `incoming` alone. */
export type ServiceScript <Options = Readonly<Record<string, unknown>>> = Incoming<Options> | {
  /** Before anything else of the service's endpoints, and also for paths without one. */
  incoming: Incoming<Options>
}

/** The default export of a module that an endpoint names, or its function `request` alone. */
export type EndpointScript <Options = Readonly<Record<string, unknown>>> = OnRequest<EndpointScriptRequest, Options> | {
  /** After authentication, before limits and before headers are filtered; where `modifier/lua-endpoint` runs. */
  incoming?: Incoming<Options>
  /** Before the backends are called; where `modifier/lua-proxy` runs. */
  request?: OnRequest<EndpointScriptRequest, Options>
  /** After their answers are merged. */
  response?: OnResponse<Options>
}

/** The default export of a module that a backend names, or its function `request` alone. */
export type BackendScript <Options = Readonly<Record<string, unknown>>> = OnRequest<BackendScriptRequest, Options> | {
  /** Before the backend is called, inside its circuit breaker; where `modifier/lua-backend` runs. */
  request?: OnRequest<BackendScriptRequest, Options>
  /** After its answer is decoded and shaped. */
  response?: OnResponse<Options>
}
