// What may import what: packages import lower floors only (`scripts/graph.mjs`), files never import each other in a circle.
import { floors } from './scripts/graph.mjs'

/** One rule per package: none of its own floor and none above. */
const upward = floors.flatMap((names, floor) => names.map((name) => ({
  name: `floor-${name}`,
  comment: `packages/${name} stands on floor ${floor}: it imports packages of lower floors only`,
  severity: 'error',
  from: { path: `^packages/${name}/src/` },
  to: { path: `^packages/(${floors.slice(floor).flat().filter((other) => other !== name).join('|')})/` }
})))

export default {
  forbidden: [
    ...upward,
    {
      name: 'no-circular',
      comment: 'two files that import each other have one idea too many, or one file too few',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { circular: true }
    },
    {
      name: 'no-way-into-a-package',
      comment: 'another package is imported by its name',
      severity: 'error',
      from: { path: '^packages/([^/]+)/src/' },
      to: { path: '^packages/[^/]+/src/', pathNot: '^packages/$1/', dependencyTypes: ['local'] }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['@floodgate/source', 'import', 'require', 'node', 'default', 'types'] }
  }
}
