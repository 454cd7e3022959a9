import fs from 'node:fs'
import path from 'node:path'
import * as autoscaling from 'kubernetes-models/autoscaling/v2'
import * as apps from 'kubernetes-models/apps/v1'
import * as networking from 'kubernetes-models/networking.k8s.io/v1'
import * as policy from 'kubernetes-models/policy/v1'
import * as core from 'kubernetes-models/v1'
import ts from 'typescript'
import { parseAllDocuments } from 'yaml'

/** An object of Kubernetes, as a file describes it. */
export interface Manifest { apiVersion: string, kind: string, metadata: { name: string } }

type Constructor = new (data: never) => { validate (): void }

const modules: Record<string, { from: string, models: object }> = {
  v1: { from: 'v1', models: core },
  'apps/v1': { from: 'apps/v1', models: apps },
  'autoscaling/v2': { from: 'autoscaling/v2', models: autoscaling },
  'policy/v1': { from: 'policy/v1', models: policy },
  'networking.k8s.io/v1': { from: 'networking.k8s.io/v1', models: networking }
}

/** Reads all manifests of a folder. */
export function readManifests (folder: string): Manifest[] {
  return fs.readdirSync(folder).filter((name) => name.endsWith('.yaml')).toSorted()
    .flatMap((name) => parseAllDocuments(fs.readFileSync(path.join(folder, name), 'utf8'), { strict: true, uniqueKeys: true }))
    .map((document) => document.toJS({ }) as Manifest)
}

/**
 * Lists what does not fit the schemas of Kubernetes' API: values by the schemas themselves, which allow unknown keys, and
 * unknown keys by the types that are made from them.
 */
export function findProblems (manifests: readonly Manifest[]): string[] {
  const problems: string[] = []
  const lines: string[] = []
  manifests.forEach((manifest, index) => {
    const { apiVersion, kind, metadata: { name } } = manifest
    const module = modules[apiVersion]
    const Model = (module?.models as Record<string, Constructor> | undefined)?.[kind]
    if (module === undefined || Model === undefined) return problems.push(`${kind} ${name}: there is no ${kind} in ${apiVersion}`)
    try {
      new Model(manifest as never).validate()
    } catch (error) {
      problems.push(`${kind} ${name}: ${(error as Error).message}`)
    }
    lines.push(`import type { I${kind} as I${index} } from 'kubernetes-models/${module.from}'`, `export const m${index}: I${index} = ${JSON.stringify(manifest)}`)
  })
  return [...problems, ...compile(lines.join('\n'))]
}

/** Compiles a text as if it were a file here; lists the errors. */
function compile (text: string): string[] {
  const file = path.join(import.meta.dirname, 'manifests-as-objects.ts')
  const options: ts.CompilerOptions = { strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, types: [] }
  const host = ts.createCompilerHost(options)
  const { fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, languageVersion) => name === file ? ts.createSourceFile(name, text, languageVersion) : getSourceFile.call(host, name, languageVersion)
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}
