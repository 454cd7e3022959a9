import type { EndpointGuards } from '@floodgate/inspect/check'
import picocolors from 'picocolors'
import { layOut } from './table.ts'

/** Formats the protection of each endpoint, one guard per line; `open` if there is none. */
export function writeGuards (endpoints: readonly EndpointGuards[], color: boolean): string {
  const { bold, red, dim } = picocolors.createColors(color)
  const rows = endpoints.flatMap(({ method, path, guards, unsupported }): string[][] => {
    const lines = unsupported.length > 0
      ? [`answers 501: ${unsupported.join(', ')}`]
      : guards.length === 0
        ? [red('open')]
        : guards.map(
          ({ kind, namespace, level, detail }) =>
            `${kind}: ${namespace}${level === 'endpoint' ? '' : ` of the ${level}`}${detail === null ? '' : dim(` (${detail})`)}`
        )
    return lines.map((line, i) => i === 0 ? [method, path, line] : ['', '', line])
  })
  const [head, ...lines] = layOut([['METHOD', 'PATH', 'GUARDS'], ...rows])
  return [bold(head!), ...lines].join('\n')
}
