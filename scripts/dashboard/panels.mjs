// Descriptions of panels: `dashboard.mjs` places them. `$own` in an expression is the filter by job and instance.

/** Where everything is read from: the variable at the top of the dashboard. */
const datasource = { type: 'prometheus', uid: '$datasource' }

const green = { color: 'green', value: null }

function steps (warn, bad) {
  if (warn === undefined) return [green]
  if (bad > warn) return [green, { color: 'orange', value: warn }, { color: 'red', value: bad }]
  return [{ color: 'red', value: null }, { color: 'orange', value: bad }, { color: 'green', value: warn }]
}

function targets (queries, format) {
  return queries.map(([expr, legend = ''], i) => ({
    refId: String.fromCharCode(65 + i),
    datasource,
    editorMode: 'code',
    expr: expr.replaceAll('$own', 'job=~"$job", instance=~"$instance"'),
    ...format === 'time_series' ? { legendFormat: legend, range: true } : { legendFormat: legend, instant: true },
    ...format === 'table' && { format }
  }))
}

/** Lines over time. `queries`: expressions with the legend of their lines. */
export function lines (id, title, queries, { description, unit = 'short', width = 8, stack = false, max } = {}) {
  return {
    id,
    type: 'timeseries',
    title,
    description,
    datasource,
    width,
    height: 8,
    targets: targets(queries, 'time_series'),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...max !== undefined && { max },
        custom: { fillOpacity: stack ? 40 : 5, showPoints: 'never', stacking: { mode: stack ? 'normal' : 'none' } }
      },
      overrides: []
    },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } }
  }
}

/** One figure. `thresholds`: from where it is orange and red; downwards if the second is smaller. */
export function figure (id, title, query, { description, unit = 'short', thresholds = [], decimals, text = 'value' } = {}) {
  return {
    id,
    type: 'stat',
    title,
    description,
    datasource,
    width: 3,
    height: 4,
    targets: targets([query], 'stat'),
    fieldConfig: {
      defaults: { unit, ...decimals !== undefined && { decimals }, thresholds: { mode: 'absolute', steps: steps(...thresholds) } },
      overrides: []
    },
    options: { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, textMode: text, colorMode: 'value', graphMode: 'none' }
  }
}

/** A table of the series that an expression has now. `value`: what the column of values is called; without it, there is none. */
export function table (id, title, query, { description, value, unit = 'short', width = 12, thresholds = [] } = {}) {
  const hidden = { Time: true, ...value === undefined && { Value: true } }
  return {
    id,
    type: 'table',
    title,
    description,
    datasource,
    width,
    height: 8,
    targets: targets([[query]], 'table'),
    fieldConfig: {
      defaults: {},
      overrides: value === undefined
        ? []
        : [{
            matcher: { id: 'byName', options: value },
            properties: [
              { id: 'unit', value: unit },
              { id: 'thresholds', value: { mode: 'absolute', steps: steps(...thresholds) } },
              { id: 'custom.cellOptions', value: { type: 'color-text' } }
            ]
          }]
    },
    options: { showHeader: true, ...value !== undefined && { sortBy: [{ displayName: value, desc: false }] } },
    transformations: [{ id: 'organize', options: { excludeByName: hidden, renameByName: value === undefined ? {} : { Value: value } } }]
  }
}
