import type { Endpoint, Service } from '@floodgate/core'
import { writeMilliseconds } from '@floodgate/go/duration'

/**
 * Lists the contents of a configuration, for `check -d`: the endpoints; from level 2 on their backends; from level 3 on
 * the namespaces of each. Settings, and thus secrets, are not shown.
 *
 * @param indent prefix of each line, once per level
 */
export function listModel ({ name, port, endpoints, extra }: Service, level: number, indent: string): string {
  const namespaces = (depth: number, extra: Readonly<Record<string, unknown>>): string[] => level < 3
    ? []
    : Object.keys(extra).map((namespace) => `${indent.repeat(depth)}- ${namespace}`)
  const backends = (endpoint: Endpoint): string[] => level < 2
    ? []
    : endpoint.backends.flatMap(
      ({ method, hosts, urlPattern, encoding, extra }) =>
        [`${indent.repeat(2)}- ${method} ${hosts.join(' ')} ${urlPattern}, encoding ${encoding}`, ...namespaces(3, extra)]
    )
  const lines = [
    `Service ${name === '' ? '(no name)' : name}, port ${port}, ${endpoints.length} endpoints`,
    ...namespaces(1, extra),
    ...endpoints.flatMap((endpoint) => [
      `${indent}- ${endpoint.method} ${endpoint.path}, timeout ${writeMilliseconds(endpoint.timeout)}, output encoding ${endpoint.outputEncoding}`,
      ...namespaces(2, endpoint.extra),
      ...backends(endpoint)
    ])
  ]
  return lines.map((line) => `${line}\n`).join('')
}
