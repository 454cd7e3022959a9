import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import gateway, { type Configuration } from '@floodgate/gateway'
import type { Page } from '@floodgate/testing'

/** Returns a configuration with a status page. */
export function configOf (endpoints: object[], floodgate: object = {}, more: object = {}): Configuration {
  return {
    version: 3, timeout: '60s', name: 'Shop', extra_config: { floodgate: { status: { port: 0 }, ...floodgate } }, endpoints, ...more
  } as unknown as Configuration
}

/** Starts a gateway with a status page; it ends with the test. */
export async function startGateway (
  t: Test,
  endpoints: object[],
  floodgate: object = {},
  reloadable = false
): Promise<{ app: FastifyInstance, url: string }> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: configOf(endpoints, floodgate), env: {}, allowUnsupported: ['*'], reloadable })
  await app.ready()
  return { app, url: app.floodgate.get().statusUrl! }
}

/** Returns an endpoint of one backend with the same path. */
export function endpoint (path: string, host = 'http://127.0.0.1:8081', more: object = {}): object {
  return { endpoint: path, backend: [{ host: [host], url_pattern: path.startsWith('/<') ? '/' : path, ...more }] }
}

/** Resolves when the page shows what its stream sends. */
export async function live (page: Page): Promise<void> {
  await page.locator('#connection', { hasText: /^Live$/ }).waitFor()
}

/** Opens a table, which is there when its heading is. */
export async function showTable (page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click()
  await page.getByRole('heading', { name, exact: true }).waitFor()
}

/** Reads the texts of the table that is shown, row by row. */
export function readCells (page: Page): Promise<string[][]> {
  return page.locator('#scroll tbody tr').evaluateAll(
    (rows) => rows.map((row) => Array.from((row as unknown as { cells: { textContent: string }[] }).cells, ({ textContent }) => textContent))
  )
}
