// Makes the Grafana dashboard of examples/compose: `UPDATE_DOCS=1 node test/runner/run.mjs test/deploy/dashboard.test.ts` writes it.
import { rows } from './dashboard/rows.mjs'

const columns = 24

/** Puts panels from left to right, in rows with headings; each panel of a line has the height of that line. */
function place (rows) {
  let y = 0
  return rows.flatMap(({ id, title, panels }) => {
    const heading = { id, type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y: y++, w: columns, h: 1 } }
    let x = 0
    let line = 0
    const placed = panels.map(({ width, height, ...panel }) => {
      if (x + width > columns) {
        x = 0
        y += line
        line = 0
      }
      const gridPos = { x, y, w: width, h: height }
      x += width
      line = Math.max(line, height)
      return { ...panel, gridPos }
    })
    y += line
    return [heading, ...placed]
  })
}

function choose (name, label, query, rest = {}) {
  return {
    name,
    label,
    type: 'query',
    datasource: { type: 'prometheus', uid: '$datasource' },
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    current: { text: ['All'], value: ['$__all'] },
    ...rest
  }
}

/** The dashboard as Grafana reads it. */
export function makeDashboard () {
  return {
    uid: 'floodgate',
    title: 'Floodgate',
    description: 'Requests, limits, backends, certificates and processes of Floodgate. Made by scripts/dashboard.mjs; docs/metrics.md lists the metrics.',
    tags: ['floodgate'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: '',
    annotations: {
      list: [{
        name: 'Configuration replaced',
        datasource: { type: 'prometheus', uid: '$datasource' },
        enable: true,
        iconColor: 'blue',
        expr: 'sum by (instance) (changes(floodgate_config_reloads_total{job=~"$job", instance=~"$instance", result="success"}[1m])) > 0',
        titleFormat: 'Configuration replaced: {{instance}}'
      }]
    },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {} },
        choose('job', 'Job', 'label_values(floodgate_build_info, job)'),
        choose('instance', 'Instance', 'label_values(floodgate_build_info{job=~"$job"}, instance)'),
        // `.*` also matches what has no endpoint: limits of the service, and clients of the gateway itself.
        choose('endpoint', 'Endpoint', 'label_values(floodgate_http_requests_total{job=~"$job", instance=~"$instance"}, endpoint)', { allValue: '.*' })
      ]
    },
    panels: place(rows)
  }
}
