import { cancelled, killed } from '../ended-from-outside.ts'
import { each, nothingMore, type Story } from '../story.ts'

const CANCELLED = {
  action: 'deploy',
  revision: 2,
  ends: 'old',
  deploymentsBefore: 1,
  prepare: nothingMore,
} as const

export const CANCELLED_ROLLING: Story = {
  ...CANCELLED,
  name: 'a release that is cancelled while it rolls out',
  about:
    '`on-cancel: rollback` asks StopServiceDeployment. GitHub ends the step after ten seconds; its post part goes on from there.',
  only: each('rolling back', 'StopServiceDeployment', 'DescribeServices'),
  run: cancelled('rolling-out'),
}

export const CANCELLED_BAKING: Story = {
  ...CANCELLED,
  name: 'a release that is cancelled in its bake',
  about: '`on-cancel: rollback` asks UpdateService for the revision before.',
  only: each('rolling back', 'DescribeServices', 'UpdateService'),
  run: cancelled('baking'),
}

export const KILLED_UPDATING: Story = {
  ...CANCELLED,
  name: 'a release whose step is killed while it updates the service',
  about:
    'It has five seconds for UpdateService and what follows. With `on-cancel: rollback` the post part finds out whether it was done, and asks UpdateService for the revision before.',
  isCutShort: true,
  only: each('update', 'UpdateService'),
  run: killed('updating', 5000),
}

export const KILLED_ROLLING: Story = {
  ...CANCELLED,
  name: 'a release whose step is killed while it rolls out',
  about: 'With `on-cancel: rollback` the post part of the step asks StopServiceDeployment.',
  only: each('post part', 'DescribeServices', 'StopServiceDeployment'),
  run: killed('rolling-out'),
}

export const KILLED_BAKING: Story = {
  ...CANCELLED,
  name: 'a release whose step is killed in its bake',
  about: 'With `on-cancel: rollback` the post part of the step asks UpdateService.',
  only: each('post part', 'DescribeServices', 'UpdateService'),
  run: killed('baking'),
}
