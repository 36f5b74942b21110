/** How long the ecr-push bundle takes when the image of the commit is in the registry already, and scanned. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomImage, writeLayout } from '../../packages/registry/test/test-images.ts'
import { startLocalAwsProcess } from '../support/local-aws-process.ts'
import { runBundle, type BundleRun } from '../support/run-bundle.ts'
import { awsEnvironment, clientsFor } from '../support/stack.ts'

const ROUNDS = 5
/** So that the scan is over long before the run is repeated. */
const SPEED = 30

/** One line for people: seconds on the wall of the whole process, calls, and whether it was the same digest. */
export async function measureRerun(): Promise<string> {
  const workspace = await mkdtemp(join(tmpdir(), 'rerun-'))
  const aws = await startLocalAwsProcess(['--speed', String(SPEED)])
  const push = (): Promise<BundleRun> =>
    runBundle('ecr-push', {
      inputs: { repository: 'app', 'oci-layout': 'image' },
      workspace,
      clock: aws.clock,
      env: { ...awsEnvironment(aws), GITHUB_REF: 'refs/heads/main' },
    })
  try {
    const { ecr } = clientsFor(aws)
    const imageScanningConfiguration = { scanOnPush: true }
    await ecr.createRepository({ repositoryName: 'app', imageScanningConfiguration })
    await writeLayout(join(workspace, 'image'), randomImage('rerun', 1_000_000))
    const first = await push()
    await aws.sleep(120_000)
    await aws.takeCalls()
    const again: BundleRun[] = []
    for (let round = 0; round < ROUNDS; round++) again.push(await push())
    const calls = (await aws.takeCalls()).length / ROUNDS
    const seconds = again.map(({ milliseconds }) => milliseconds / 1000).sort((a, b) => a - b)
    const isSame = again.every(({ outputs }) => outputs['digest'] === first.outputs['digest'])
    const ended = new Set(again.map(({ outputs }) => outputs['outcome']))
    return `${[...ended].join()}: median ${(seconds[ROUNDS >> 1] ?? 0).toFixed(2)} s, slowest ${(seconds.at(-1) ?? 0).toFixed(2)} s, ${calls} calls, ${isSame ? 'the same digest' : 'ANOTHER DIGEST'}`
  } finally {
    await aws.stop()
    await rm(workspace, { recursive: true, force: true })
  }
}
