/** So many endpoints that pass answers on, every other one with a parameter. */
export function endpointsOf (count) {
  return Array.from({ length: count }, (_, i) => i % 2 === 0
    ? { endpoint: `/r/${i}`, output_encoding: 'no-op', backend: [{ url_pattern: '/' }] }
    : { endpoint: `/r/${i}/{id}`, output_encoding: 'no-op', backend: [{ url_pattern: '/{id}', method: 'GET' }] })
}
