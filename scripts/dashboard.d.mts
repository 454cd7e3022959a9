/** A panel of a dashboard, as far as its test reads it. */
export interface Panel {
  id: number
  type: string
  title: string
  datasource?: { type: string, uid: string }
  gridPos: { x: number, y: number, w: number, h: number }
  targets?: { refId: string, expr: string, legendFormat: string, datasource: { type: string, uid: string } }[]
}

export interface Variable { name: string, type: string, query: string | { query: string } }

export interface Dashboard {
  uid: string
  title: string
  schemaVersion: number
  panels: Panel[]
  annotations: { list: { expr: string }[] }
  templating: { list: Variable[] }
}

export function makeDashboard (): Dashboard
