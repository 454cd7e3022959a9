import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { scriptText } from './script.ts'
import { style } from './style.ts'

interface Document { readonly html: string, readonly policy: string }

/** The pages that the port of the status page serves. */
export interface Page {
  readonly status: Document
  /** Asks for the token. */
  readonly signIn: Document
  /** The same after a wrong one. */
  readonly refused: Document
}

/**
 * Makes the pages: each is one file with its script and style, and a policy that allows these texts alone, and no connection but to
 * the port itself.
 */
export function buildPage (): Page {
  const { script: plots, style: plotStyle } = readPlotLibrary()
  return {
    status: write('Floodgate status', statusBody, [plots, scriptText()], [plotStyle, style]),
    signIn: write('Sign in to Floodgate status', signInBody(''), [], [style]),
    refused: write('Sign in to Floodgate status', signInBody('<p role="alert" class="bad">This is not the token.</p>'), [], [style])
  }
}

/** uPlot's files for pages without modules, beside its main one. */
function readPlotLibrary (): { script: string, style: string } {
  const folder = path.dirname(createRequire(import.meta.url).resolve('uplot'))
  return {
    script: readFileSync(path.join(folder, 'uPlot.iife.min.js'), 'utf8'),
    style: readFileSync(path.join(folder, 'uPlot.min.css'), 'utf8')
  }
}

function write (title: string, body: string, scripts: readonly string[], styles: readonly string[]): Document {
  const hashes = (texts: readonly string[]) => texts.map((text) => ` 'sha256-${createHash('sha256').update(text).digest('base64')}'`).join('')
  const policy = [
    "default-src 'none'",
    ...scripts.length > 0 ? [`script-src${hashes(scripts)}`, "connect-src 'self'"] : [],
    `style-src${hashes(styles)}`,
    'img-src data:',
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'"
  ].join('; ')
  return {
    policy,
    html: `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
${styles.map((text) => `<style>${text}</style>`).join('\n')}
</head>
<body>
${body}
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`
  }
}

const statusBody = `<a class="skip" href="#main">Skip to content</a>
<header>
<h1><span id="name">Floodgate</span></h1>
<p id="about"></p>
<p id="connection" role="status">Connecting …</p>
</header>
<nav aria-label="Tables"><ul id="tabs"></ul></nav>
<main id="main" tabindex="-1">
<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">Overview</h2>
<h3>What needs attention</h3>
<ul id="notices"></ul>
<dl id="tiles"></dl>
<p id="window" class="dim"></p>
<div class="plots">
<figure><figcaption id="plot-requests-title"></figcaption><div id="plot-requests" role="img" aria-labelledby="plot-requests-title"></div></figure>
<figure><figcaption id="plot-latency-title"></figcaption><div id="plot-latency" role="img" aria-labelledby="plot-latency-title"></div></figure>
</div>
<details><summary>Metrics of these figures</summary><dl id="tile-metrics" class="metrics"></dl></details>
</section>
<section id="table-view" hidden>
<h2 id="table-title"></h2>
<form id="search" role="search"><label for="filter">Filter</label> <input id="filter" type="search" autocomplete="off" spellcheck="false"></form>
<div id="scroll" class="scroll" role="region" aria-labelledby="table-title" tabindex="0"><table role="table"><thead role="rowgroup"></thead><tbody role="rowgroup"></tbody></table></div>
<p id="empty"></p>
<p id="table-window" class="dim"></p>
<div class="pages"><button id="previous" type="button">Previous</button> <span id="range" role="status"></span> <button id="next" type="button">Next</button></div>
<details><summary>Metrics of these figures</summary><dl id="metrics" class="metrics"></dl></details>
</section>
</main>
<noscript><p>This page needs JavaScript; the same as JSON is at <a href="/status.json">/status.json</a>.</p></noscript>`

function signInBody (message: string): string {
  return `<main class="sign-in">
<h1>Floodgate status</h1>
${message}
<form method="post"><label for="token">Token (floodgate.status.token)</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button></form>
</main>`
}
