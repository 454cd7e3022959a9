/// <reference lib="dom" />
import type { Point } from './shapes.ts'

/** The plots of the page. In the browser. */
export interface Plots {
  /** Draws the last points. */
  draw (points: readonly Point[]): void
}

interface Plot { setData (data: unknown): void, setSize (size: { width: number, height: number }): void, destroy (): void }
type PlotLibrary = new (options: object, data: unknown, target: HTMLElement) => Plot

/** Creates plots with uPlot, which the page has loaded before. */
export function createPlots (): Plots {
  const Library = (globalThis as unknown as { uPlot: PlotLibrary }).uPlot
  const height = 200
  const definitions = [
    { id: 'plot-requests', title: 'Requests per second (solid) and 5xx per second (dashed)', columns: [1, 2], factor: 1 },
    { id: 'plot-latency', title: 'Latency in ms: p50 (solid) and p99 (dashed)', columns: [3, 4], factor: 1000 }
  ]
  const plots = new Map<string, Plot>()
  let last: readonly Point[] = []

  const colorOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const axis = (): object => ({ stroke: colorOf('--dim'), grid: { stroke: colorOf('--line'), width: 1 }, ticks: { stroke: colorOf('--line'), width: 1 } })

  const make = ({ id, title }: typeof definitions[number], data: unknown): Plot => {
    const target = document.getElementById(id)!
    document.getElementById(`${id}-title`)!.textContent = title
    return new Library({
      width: Math.max(target.clientWidth, 100),
      height,
      legend: { show: false },
      cursor: { show: false },
      axes: [axis(), { ...axis(), size: 56 }],
      scales: {
        // A minute at least.
        x: { range: (_plot: unknown, low: number | null, high: number | null) => [Math.min(low ?? 0, (high ?? 60) - 60), high ?? 60] },
        y: { range: (_plot: unknown, _low: number, high: number) => [0, Math.max(high * 1.1, 1)] }
      },
      series: [
        {},
        { stroke: colorOf('--first'), width: 2 },
        { stroke: colorOf('--second'), width: 2, dash: [6, 4] }
      ]
    }, data, target)
  }

  const draw = (points: readonly Point[]): void => {
    last = points
    for (const definition of definitions) {
      const { id, columns, factor } = definition
      const target = document.getElementById(id)!
      if (target.clientWidth === 0) continue
      const data = [
        points.map(([at]) => at / 1000),
        ...columns.map((column) => points.map((point) => typeof point[column] === 'number' ? point[column] * factor : null))
      ]
      const known = plots.get(id)
      if (known === undefined) plots.set(id, make(definition, data))
      else known.setData(data)
    }
  }
  const again = (): void => {
    for (const plot of plots.values()) plot.destroy()
    plots.clear()
    draw(last)
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again)
  addEventListener('resize', () => {
    for (const [id, plot] of plots) plot.setSize({ width: Math.max(document.getElementById(id)!.clientWidth, 100), height })
  })
  return { draw }
}
