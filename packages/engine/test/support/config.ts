import type { Backend, Endpoint, Service } from '@floodgate/core'

/** A service with the parts that a test is about. */
export function service (router: Record<string, unknown> = {}): Service {
  return { extra: { router } } as unknown as Service
}

/** An endpoint with the parts that a test is about. */
export function endpoint (parts: Partial<Endpoint> = {}): Endpoint {
  return { index: 0, path: '/', method: 'GET', inputHeaders: [], inputQueryStrings: [], timeout: 2000, backends: [backend()], extra: {}, ...parts } as unknown as Endpoint
}

/** A backend with the parts that a test is about. */
export function backend (parts: Partial<Backend> = {}): Backend {
  return { index: 0, hosts: ['http://api:8080'], urlPattern: '/', method: 'GET', inputHeaders: [], inputQueryStrings: [], sd: 'static', sdScheme: 'http', ...parts } as Backend
}
