/** `npm run build`: dist/<name>/ for every action, from its sources. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleActions } from './bundle/bundle-actions.ts'
import { ROOT } from './root.ts'

const fresh = await mkdtemp(join(tmpdir(), 'ecs-pipeline-dist-'))
try {
  const names = await bundleActions(fresh)
  // Only now: a build that fails leaves the last bundles as they are. And nothing stale stays behind.
  await rm(join(ROOT, 'dist'), { recursive: true, force: true })
  for (const name of names) {
    await cp(join(fresh, name), join(ROOT, 'dist', name), { recursive: true })
  }
  console.log(`dist/ holds ${names.join(', ')}`)
} finally {
  await rm(fresh, { recursive: true, force: true })
}
