// Calls every step with Asana's official Node SDK, unchanged: node node_sdk.cjs FOLDER URL TOKEN < steps
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

const [folder, root, token] = process.argv.slice(2);
const Asana = require(join(folder, "node_modules", "asana"));
const { studio, steps } = JSON.parse(readFileSync(0, "utf8"));
const client = Asana.ApiClient.instance;
client.basePath = `${root}/api/1.0`;
client.authentications.token.accessToken = token;
const saved = {};

function filled(value) {
  if (Array.isArray(value)) return value.map(filled);
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, filled(part)]));
  return typeof value === "string" && value.startsWith("$") ? saved[value.slice(1)] : value;
}

async function syncToken(path) {
  const headers = { Authorization: `Bearer ${token}` };
  return (await (await fetch(client.basePath + path, { headers })).json()).sync;
}

function parametersOf(method) {
  return /\(([^)]*)\)/.exec(method.toString())[1].split(",").map((name) => name.trim()).filter(Boolean);
}

async function call({ operation, values, opts }) {
  const api = Object.values(Asana).find((one) => one.prototype && operation in one.prototype);
  const instance = new api();
  const known = filled(values);
  const given = parametersOf(instance[operation]).map((name) =>
    name === "opts" ? filled(opts) : known[name],
  );
  return (await instance[operation](...given)).data;
}

async function main() {
  for (const step of steps) {
    if (step.operation === "getEvents") {
      saved.sync = await syncToken(`/events?resource=${saved.task}`);
      saved.workspace_sync = await syncToken(`/workspaces/${studio}/events`);
    }
    const data = await call(step).catch((error) => {
      const body = error.response ? JSON.stringify(error.response.body) : error.stack;
      throw new Error(`${step.operation}: ${error.status || ""} ${body}`);
    });
    if (step.saves) saved[step.saves] = (Array.isArray(data) ? data[0] : data).gid;
  }
  console.log(JSON.stringify(steps.map((step) => step.operation)));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
