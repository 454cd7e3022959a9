import type { BackendHttpSettings, BackendProxySettings, EndpointProxySettings } from '@floodgate/aggregate'
import type {
  ApiKeysSettings, BasicSettings, ClientCredentialsSettings, EndpointApiKeysSettings, RevokerSettings,
  SharedCacheSettings, SignerSettings, ValidatorSettings
} from '@floodgate/auth'
import type { BackendFilesSettings, ServerFilesSettings } from '@floodgate/backends'
import type { Configuration as AnyConfiguration, LoaderNamespaces } from '@floodgate/config-loader'
import type { BotSettings, CorsSettings, HttpSettings } from '@floodgate/security'
import type { LuaSettings } from '@floodgate/lua'
import type { LoggingSettings } from '@floodgate/telemetry'
import type {
  BreakerSettings, CacheSettings, HttpBreakerSettings, LimitSettings, ProxyLimitSettings, RedisLimitSettings,
  RedisSettings, TieredSettings
} from '@floodgate/traffic'
import type { JsonSchemaSettings, ResponseJsonSchemaSettings } from '@floodgate/validation'
import type { OwnSettings } from './own-settings.ts'

/** The namespaces whose settings are typed; join your own with `&`. */
export interface GatewayNamespaces {
  readonly service: LoaderNamespaces['service'] & {
    readonly 'auth/api-keys'?: ApiKeysSettings
    readonly 'auth/basic'?: BasicSettings
    readonly 'auth/revoker'?: RevokerSettings
    readonly 'auth/validator'?: SharedCacheSettings
    readonly floodgate?: OwnSettings
    readonly 'modifier/lua-endpoint'?: LuaSettings
    readonly 'qos/ratelimit/service'?: LimitSettings
    readonly 'qos/ratelimit/service/redis'?: RedisLimitSettings
    readonly 'qos/ratelimit/tiered'?: TieredSettings
    readonly redis?: RedisSettings
    readonly 'security/bot-detector'?: BotSettings
    readonly 'security/cors'?: CorsSettings
    readonly 'security/http'?: HttpSettings
    readonly 'server/static-filesystem'?: ServerFilesSettings
    readonly 'telemetry/logging'?: LoggingSettings
  }
  readonly endpoint: LoaderNamespaces['endpoint'] & {
    readonly 'auth/api-keys'?: EndpointApiKeysSettings
    readonly 'auth/basic'?: BasicSettings
    readonly 'auth/signer'?: SignerSettings
    readonly 'auth/validator'?: ValidatorSettings
    readonly 'modifier/lua-endpoint'?: LuaSettings
    readonly 'modifier/lua-proxy'?: LuaSettings
    readonly proxy?: EndpointProxySettings
    readonly 'qos/ratelimit/router'?: LimitSettings
    readonly 'qos/ratelimit/router/redis'?: RedisLimitSettings
    readonly 'qos/ratelimit/tiered'?: TieredSettings
    readonly 'security/bot-detector'?: BotSettings
    readonly 'security/cors'?: CorsSettings
    readonly 'security/http'?: HttpSettings
    readonly 'validation/json-schema'?: JsonSchemaSettings
    readonly 'validation/response-json-schema'?: ResponseJsonSchemaSettings
  }
  readonly backend: LoaderNamespaces['backend'] & {
    readonly 'auth/client-credentials'?: ClientCredentialsSettings
    readonly 'backend/http'?: BackendHttpSettings
    readonly 'backend/static-filesystem'?: BackendFilesSettings
    readonly 'modifier/lua-backend'?: LuaSettings
    readonly proxy?: BackendProxySettings
    readonly 'qos/circuit-breaker'?: BreakerSettings
    readonly 'qos/circuit-breaker/http'?: HttpBreakerSettings
    readonly 'qos/http-cache'?: CacheSettings
    readonly 'qos/ratelimit/proxy'?: ProxyLimitSettings
    readonly 'validation/response-json-schema'?: ResponseJsonSchemaSettings
  }
}

/** A configuration as an object, the gateway's namespaces typed. */
export type Configuration = AnyConfiguration<GatewayNamespaces>
