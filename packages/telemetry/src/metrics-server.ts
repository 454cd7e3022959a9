import { openTextPort, type TextPort, type TextPortOptions } from './text-port.ts'

/** A port that serves `/metrics` to Prometheus. */
export type MetricsServer = TextPort

/** `read` writes the metrics in Prometheus' text format 0.0.4. */
export type MetricsServerOptions = Omit<TextPortOptions, 'path' | 'contentType'>

/**
 * Serves metrics at `/metrics` of a port of its own; the caller closes it.
 *
 * @throws the error of `listen`
 */
export function openMetricsServer (options: MetricsServerOptions): Promise<MetricsServer> {
  return openTextPort({ ...options, path: '/metrics', contentType: 'text/plain; version=0.0.4; charset=utf-8' })
}
