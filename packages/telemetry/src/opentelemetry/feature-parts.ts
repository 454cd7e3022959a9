import { createClientIp, type Endpoint, type Feature, type FeatureContext, type ServiceHooks, type Step, type Watch } from '@floodgate/core'
import { secretNames } from '../secret-names.ts'
import { readOtelEnvironment, type OtelEnvironment } from './environment.ts'
import { clientOfExporter } from './exporter-client.ts'
import { countDrops, exportMetrics } from './export/drops.ts'
import { Exporters } from './exporters.ts'
import { checkSettings, findUnusedProtocols } from './check-settings.ts'
import { measureAnswers, type AnswerLayer } from './layers/answer-layer.ts'
import { createCallLayer } from './layers/call-layer.ts'
import { createGlobalLayer } from './layers/global-layer.ts'
import { Layers } from './layers/layer-settings.ts'
import { isSkippedEndpoint, routeOf, routeOfBackend } from '../requests/routes.ts'
import { namespace, type OpenTelemetrySettings } from './options.ts'
import { createOverrides } from './override.ts'
import { describeResource, nameInstance } from './resource.ts'
import { headersByExporter } from './security-headers.ts'
import type { Recording } from './telemetry.ts'
import { ProcessMeter } from './metrics/process-meter.ts'
import { readWantedSeries } from './metrics/wanted-series.ts'
import { createSampler } from './traces/trace-context.ts'

const defaultTimeBounds = [0.01, 0.02, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.35, 0.5, 0.75, 1, 1.5, 2, 3.5, 5, 10]
const defaultSizeBounds = [
  128, 256, 512, 1024, 4096, 8192, 16_384, 32_768, 65_536, 262_144, 524_288, 1_048_576, 4_194_304, 16_777_216, 67_108_864
]
const defaultSkipped = ['/__health', '/__debug/', '/__echo/', '/__stats/']

/** Creates the parts of the feature for one gateway. */
export function createOpenTelemetryParts (): Partial<Feature> {
  let hooks: ServiceHooks | undefined
  let watch: Watch | undefined
  return {
    metrics: exportMetrics,
    async setup (context) {
      const { model } = context
      const settings = model.extra[namespace] as OpenTelemetrySettings | undefined
      if (settings === undefined) return
      checkSettings(settings, context)
      const environment = readOtelEnvironment(context.env)
      const problems = [...environment.problems, ...findUnusedProtocols(settings.exporters?.otlp ?? [], environment.calls)]
      for (const problem of problems) context.warning(['extra_config', namespace], problem)
      if (context.dryRun) return
      const layers = new Layers(model, secretNames(model).headers)
      const { recording, overrides } = createRecording(settings, context, environment, layers)
      const skipped = new Set((settings.skip_paths?.length ? settings.skip_paths : defaultSkipped).filter((path) => path !== ''))
      hooks = createGlobalLayer(recording, {
        layers,
        clientIp: createClientIp(model),
        hostTrace: recording.tracing === null ? null : (await import('./traces/host-context.ts')).readHostTrace,
        model,
        overrides,
        skipped
      })
      watch = watchWith(layers, (endpoint) => isSkippedEndpoint(endpoint, skipped) ? null : overrides?.get(endpoint) ?? recording)
    },
    service: () => hooks,
    watch: () => watch
  }
}

/** What is counted outlives every reload; exporters do, while what they send and where stays the same. */
function createRecording (
  settings: OpenTelemetrySettings,
  context: FeatureContext,
  environment: OtelEnvironment,
  layers: Layers
): { readonly recording: Recording, readonly overrides: ReadonlyMap<Endpoint, Recording> | null } {
  const { model, log, workers, metrics } = context
  const meter = context.keep(`${namespace}:meter`, null, () => new ProcessMeter(), (kept) => kept.close())
  const resource = nameInstance(describeResource(settings, model, environment), workers, meter.instance)
  const headers = headersByExporter(model)
  // Each configuration holds them, so that they are open as long as one uses the exporters.
  const clients = new Map((settings.exporters?.otlp ?? []).map((exporter) => {
    return [exporter.name, context.serviceClient(clientOfExporter(exporter, context))] as const
  }))
  // Each configuration takes them, so that they go on at a reload.
  const drops = new Map((settings.exporters?.otlp ?? []).map(({ name }) => [name, countDrops(name, metrics)] as const))
  const exporters = context.keep(
    namespace,
    {
      resource,
      exporters: settings.exporters,
      period: settings.metric_reporting_period,
      histograms: settings.histograms,
      headers: [...headers],
      calls: environment.calls,
      clients: Array.from(clients.values(), ({ key }) => key)
    },
    () => {
      const { calls } = environment
      const clientFor = ({ name }: { readonly name: string }) => clients.get(name)!
      const dropsOf = ({ name }: { readonly name: string }) => drops.get(name)!
      return new Exporters({ settings, resource, meter, headers, calls, log, workers, metrics, clientFor, dropsOf })
    },
    (kept) => kept.close()
  )
  const { prometheus = [] } = settings.exporters ?? {}
  const served = {
    process: prometheus.some(({ process_metrics: isOn }) => isOn === true),
    runtime: prometheus.some(({ go_metrics: isOn }) => isOn === true),
    isWanted: readWantedSeries(model, layers)
  }
  context.onServe(() => {
    meter.serve(served)
    return exporters.start()
  })
  context.onClose(() => { meter.prune() })
  const { time_buckets: times = [], size_buckets: sizes = [] } = settings.histograms ?? {}
  const recording: Recording = {
    meter: meter.meter,
    hasMetrics: exporters.hasMetrics,
    tracing: exporters.hasTraces
      ? { isSampled: createSampler(settings.trace_sample_rate ?? 1), spans: exporters.spans, propagators: environment.propagators }
      : null,
    timeBounds: times.length > 0 ? times : defaultTimeBounds,
    sizeBounds: sizes.length > 0 ? sizes : defaultSizeBounds
  }
  return { recording, overrides: createOverrides(model, recording, exporters, meter.meter) }
}

/** @param recordingOf null = the endpoint is not reported */
function watchWith (layers: Layers, recordingOf: (endpoint: Endpoint) => Recording | null): Watch {
  const measure = (next: Step, endpoint: Endpoint, layer: AnswerLayer): Step => {
    const recording = recordingOf(endpoint)
    return recording === null ? next : measureAnswers(next, layer, recording)
  }
  return {
    endpoint: (next, endpoint) => measure(next, endpoint, {
      metric: 'krakend.proxy.duration',
      span: routeOf(endpoint),
      stage: 'proxy',
      attributes: [['http.request.method', endpoint.method], ['http.route', routeOf(endpoint)]],
      settings: layers.ofEndpoint(endpoint),
      endpoint
    }),
    backend: (next, backend, endpoint) => measure(next, endpoint, {
      metric: 'krakend.backend.duration',
      span: routeOfBackend(backend),
      stage: 'backend',
      attributes: [
        ['http.request.method', backend.method],
        ['http.route', routeOfBackend(backend)],
        ['krakend.endpoint.route', routeOf(endpoint)],
        ['krakend.endpoint.method', endpoint.method]
      ],
      settings: layers.ofBackend(backend, endpoint).stage,
      endpoint: null
    }),
    call (backend, endpoint) {
      const recording = recordingOf(endpoint)
      return recording === null ? undefined : createCallLayer(backend, endpoint, layers.ofBackend(backend, endpoint), recording)
    }
  }
}
