import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest, onRequestHookHandler, preHandlerHookHandler } from 'fastify'
import type { Headers, StepResponse } from '@floodgate/core'

/** An answer as `onResponse` gets it, as in `@fastify/reply-from`. */
export interface OverriddenAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Headers>
  /** Its body; code that does not send it must destroy it. */
  readonly stream: Readable
}

/** What `retryDelay` is asked with, as in `@fastify/reply-from`. */
export interface RetryDetails {
  /** What the last attempt failed with; null when it was answered. */
  readonly err: (Error & { readonly code?: string }) | null
  readonly req: unknown
  /** What the last attempt was answered with; `stream` must not be read. */
  readonly res: OverriddenAnswer | undefined
  /** From 0. */
  readonly attempt: number
  readonly retriesCount: number
  /** What reply-from does on its own: 503 of a GET, and with `retriesCount` connections that broke. */
  getDefaultDelay (...args: unknown[]): number | null
}

/**
 * What an app changes about one endpoint. Names and parameters are those of `@fastify/reply-from`, whichever plugin
 * serves the endpoint.
 */
export interface EndpointOverrides {
  /** Fastify hooks of the endpoint's route, before anything else. */
  readonly onRequest?: onRequestHookHandler | onRequestHookHandler[]
  /** Fastify hooks of the endpoint's route, right before the endpoint is served. */
  readonly preHandler?: preHandlerHookHandler | preHandlerHookHandler[]
  /**
   * How documentation (`@fastify/swagger`) describes the route: `hide`, `tags`, `summary`, `description`,
   * `operationId`, `deprecated`.
   */
  readonly schema?: RouteDescription
  /**
   * Returns the origin to call in place of a configured host: `http://api:8080`.
   *
   * @param base the configured host
   */
  readonly getUpstream?: (request: FastifyRequest, base: string) => string
  /**
   * Returns the headers that go to a backend; it gets a copy of those that the configuration lets through, names in
   * lower case.
   */
  readonly rewriteRequestHeaders?: (request: FastifyRequest, headers: Headers) => Headers
  /** Returns the headers that go to the client; it gets the backend's, or none for decoded answers. */
  readonly rewriteHeaders?: (headers: Headers, request: FastifyRequest) => Headers
  /** Query of the backend's URL: an object, or a function that returns it encoded, without `?`. */
  readonly queryString?: Readonly<Record<string, unknown>> | ((
    search: string | undefined,
    requestUrl: string,
    request: FastifyRequest
  ) => string)
  /** Method that the backend is called with. */
  readonly method?: string
  /** Body in place of the client's: null = none; with `contentType` a text, without it written as JSON. */
  readonly body?: unknown
  readonly contentType?: string
  /** Sends the answer: status and headers are set on the reply, and the body is `response.stream`. */
  readonly onResponse?: (request: FastifyRequest, reply: FastifyReply, response: OverriddenAnswer) => unknown
  /** Answers a request whose backend failed. */
  readonly onError?: (reply: FastifyReply, failure: { readonly error: Error }) => unknown
  /** ms until an attempt is repeated, null or 0 = it is not. `@floodgate/proxy` only. */
  readonly retryDelay?: (details: RetryDetails) => number | null
  /** What `getDefaultDelay` of `retryDelay` goes by. `@floodgate/proxy` only. */
  readonly retriesCount?: number
  readonly maxRetriesOn503?: number
  /**
   * Sees the answer before it is written, decoded where the endpoint decodes; may change or replace it.
   * `@floodgate/gateway` only.
   */
  readonly rewriteResponse?: (response: StepResponse, request: FastifyRequest) => StepResponse | Promise<StepResponse>
}

/** What documentation reads of a route's schema. */
export interface RouteDescription {
  readonly hide?: boolean
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly operationId?: string
  readonly deprecated?: boolean
}
