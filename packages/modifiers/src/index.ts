import type { Feature } from '@floodgate/core'
import { mayHoldBodies } from './body-generator/may-read-body.ts'
import { GeneratorSettings, oldRequestNamespace, requestNamespace, responseNamespace } from './body-generator/settings.ts'
import * as jmespath from './jmespath/settings.ts'
import * as martian from './martian/settings.ts'
import * as geoip from './geoip/settings.ts'
import { serverNamespace } from './plugin-settings.ts'
import * as extractor from './request-body-extractor/settings.ts'
import * as responseBody from './response-body/settings.ts'
import * as responseHeaders from './response-headers/settings.ts'
import * as script from './script/settings.ts'
import * as rewrite from './url-rewrite/settings.ts'

/** The feature `modifier/martian`: modifies a backend's raw request and response. */
export const martianFeature: Feature = {
  namespace: martian.namespace,
  schemas: { backend: martian.MartianSettings },
  load: async () => (await import('./martian/feature.ts')).feature
}

/** The feature `modifier/request-body-generator`: a template makes the body that is sent. */
export const requestBodyGeneratorFeature: Feature = {
  namespace: requestNamespace,
  holdsBodies: mayHoldBodies,
  schemas: { endpoint: GeneratorSettings, backend: GeneratorSettings },
  load: async () => (await import('./body-generator/feature.ts')).createRequestFeature(requestNamespace)
}

/** The feature `modifier/body-generator`: the same at backends, by its older name. */
export const bodyGeneratorFeature: Feature = {
  namespace: oldRequestNamespace,
  holdsBodies: mayHoldBodies,
  schemas: { backend: GeneratorSettings },
  load: async () => (await import('./body-generator/feature.ts')).createRequestFeature(oldRequestNamespace)
}

/** The feature `modifier/response-body-generator`: a template makes the content of the answer. */
export const responseBodyGeneratorFeature: Feature = {
  namespace: responseNamespace,
  holdsBodies: mayHoldBodies,
  schemas: { endpoint: GeneratorSettings, backend: GeneratorSettings },
  load: async () => (await import('./body-generator/feature.ts')).responseFeature
}

/** The feature `modifier/response-headers`: modifies the headers of all responses. */
export const responseHeadersFeature: Feature = {
  namespace: responseHeaders.namespace,
  schemas: { service: responseHeaders.ResponseHeadersSettings },
  load: async () => (await import('./response-headers/feature.ts')).feature
}

/** The feature `modifier/response-body`: modifies single strings in the data of an endpoint or a backend. */
export const responseBodyFeature: Feature = {
  namespace: responseBody.namespace,
  schemas: { endpoint: responseBody.ResponseBodySettings, backend: responseBody.ResponseBodySettings },
  load: async () => (await import('./response-body/feature.ts')).feature
}

/** The feature `modifier/jmespath`: replaces the data of an endpoint or a backend by the result of an expression. */
export const jmespathFeature: Feature = {
  namespace: jmespath.namespace,
  schemas: { endpoint: jmespath.JmespathSettings, backend: jmespath.JmespathSettings },
  load: async () => (await import('./jmespath/feature.ts')).feature
}

/** The feature `modifier/request-body-extractor`: takes values from the body of a request into its headers or query string. */
export const extractorFeature: Feature = {
  namespace: extractor.namespace,
  holdsBodies: () => true,
  schemas: { service: extractor.ExtractorSettings, endpoint: extractor.ExtractorSettings },
  load: async () => (await import('./request-body-extractor/feature.ts')).feature
}

/** The feature `modifier/request-body-extractor/early`: the same before the endpoint authorizes a request. */
export const earlyExtractorFeature: Feature = {
  namespace: extractor.earlyNamespace,
  holdsBodies: () => true,
  schemas: { endpoint: extractor.ExtractorSettings },
  load: async () => (await import('./request-body-extractor/feature.ts')).earlyFeature
}

/** The feature `floodgate.script`: functions of a JavaScript module around requests and responses. */
export const scriptFeature: Feature = {
  namespace: script.namespace,
  schemas: { service: script.ScriptSettings, endpoint: script.ScriptSettings, backend: script.ScriptSettings },
  load: async () => (await import('./script/feature.ts')).createScriptFeature()
}

/** The plugin `url-rewrite` of `plugin/http-server`: other paths for endpoints. */
export const urlRewriteFeature: Feature = {
  namespace: serverNamespace,
  plugins: [rewrite.plugin],
  schemas: { service: rewrite.RewriteSettings },
  load: async () => (await import('./url-rewrite/feature.ts')).feature
}

/** The plugin `geoip` of `plugin/http-server`: the header `X-Geoip` of every request. */
export const geoipFeature: Feature = {
  namespace: serverNamespace,
  plugins: [geoip.plugin],
  schemas: { service: geoip.GeoipSettings },
  load: async () => (await import('./geoip/feature.ts')).feature
}

/** The namespaces that this package implements. */
export const features: readonly Feature[] = [
  martianFeature, requestBodyGeneratorFeature, bodyGeneratorFeature, responseBodyGeneratorFeature,
  responseHeadersFeature, responseBodyFeature, jmespathFeature, extractorFeature, earlyExtractorFeature, scriptFeature,
  urlRewriteFeature, geoipFeature
]
