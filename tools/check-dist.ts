/** `npm run check:dist`: whether the committed bundles are, byte for byte, what the sources make. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleActions } from './bundle/bundle-actions.ts'
import { compareFolders } from './bundle/compare-folders.ts'
import { ROOT } from './root.ts'

const fresh = await mkdtemp(join(tmpdir(), 'ecs-pipeline-dist-'))
try {
  await bundleActions(fresh)
  const differences = await compareFolders(join(ROOT, 'dist'), fresh)
  for (const difference of differences) console.error(`dist/${difference}`)
  if (differences.length > 0) {
    console.error('Write dist/ again with: npm run build')
    process.exitCode = 1
  } else {
    console.log('dist/ is what the sources make.')
  }
} finally {
  await rm(fresh, { recursive: true, force: true })
}
