/** Starts one container, prints its process id and its folder, and waits to be killed. */
import { createProcessDriver } from '../../src/tasks/process-driver.ts'
import { nodeImage } from './make-image.ts'

const container = await createProcessDriver().start({
  taskId: 'task',
  name: 'app',
  image: await nodeImage('console.log(process.cwd()); setInterval(() => {}, 1000)'),
  environment: {},
  ports: [],
  onOutput: (folder) => {
    console.log(container.runtimeId, folder)
  },
})
setInterval(() => undefined, 1000)
