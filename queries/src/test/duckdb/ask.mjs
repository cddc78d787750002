// Asks a stock DuckDB about a dataset:  node ask.mjs PACKAGES DATASET 'SQL'  prints DuckDB's version, then the rows as JSON.
// PACKAGES is a folder with DuckDB's own package for Node.js in it (npm install --ignore-scripts @duckdb/node-api).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [packages, dataset, sql] = process.argv.slice(2);
const { DuckDBInstance, version } = createRequire(join(packages, 'package.json'))('@duckdb/node-api');
const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`SET file_search_path = '${dataset.replaceAll("'", "''")}'`);
await connection.run(readFileSync(join(dataset, 'views.sql'), 'utf8'));
const rows = (await connection.runAndReadAll(sql)).getRowsJson();
process.stdout.write(JSON.stringify([version(), rows]) + '\n', () => process.exit(0));
